import type { Row } from '../api/types'
import { useLanguage } from '../i18n/LanguageProvider'

/** How long an open case has waited, or when a resolved one was last touched. Now in milliseconds. */
export function Waiting({ row, now }: { row: Row; now: number }) {
  const { t, formats } = useLanguage()
  if (row.state === 'resolved') {
    return <time dateTime={row.updated_at} title={formats.dateTime(row.updated_at)}>{formats.ago((now - Date.parse(row.updated_at)) / 1000)}</time>
  }
  const seconds = (now - Date.parse(row.received_at)) / 1000
  return (
    <time dateTime={row.received_at} title={formats.dateTime(row.received_at)}>
      {t('row.waits', { duration: formats.waiting(seconds) })}
    </time>
  )
}
