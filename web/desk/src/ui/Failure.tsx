import { Problem } from '../api/problem'
import { useLanguage } from '../i18n/LanguageProvider'
import type { Translate } from '../i18n/translate'
import { Button } from './Button'

/** What went wrong, in a sentence for the reader. */
export function failureText(error: unknown, t: Translate): string {
  if (!(error instanceof Problem)) return t('error.server')
  if (error.status === 0) return t('error.offline')
  if (error.code === 'foreign_unit') return t('error.foreignUnit')
  if (error.code === 'not_yours') return t('conflict.notYours')
  if (error.status === 403) return t('error.forbidden')
  // Each field says by itself what is wrong with it.
  if (error.status === 422) return t('error.invalid')
  if (error.status >= 500) return t('error.server')
  return error.detail === '' ? error.message : error.detail
}

/** Stands where something could not be loaded. */
export function Failure(props: { error: unknown; onRetry: () => void }) {
  const { t } = useLanguage()
  return (
    <div className="empty" role="alert">
      <h2>{t('error.load')}</h2>
      <p>{failureText(props.error, t)}</p>
      <Button onClick={props.onRetry}>{t('app.retry')}</Button>
    </div>
  )
}
