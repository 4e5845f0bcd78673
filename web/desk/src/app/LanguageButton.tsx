import { usePreferences } from '../desk/services'
import { useLanguage } from '../i18n/LanguageProvider'

/** Switches to the other language; it is named in that language. */
export function LanguageButton() {
  const { t, language } = useLanguage()
  const [, change] = usePreferences()
  const other = language === 'vi' ? 'en' : 'vi'
  return (
    <button type="button" className="button quiet" lang={other} onClick={() => { change({ language: other }) }}>
      {t('app.language')}
    </button>
  )
}
