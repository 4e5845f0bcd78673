import type { Row } from '../api/types'
import { useLanguage } from '../i18n/LanguageProvider'

/** The entry of the report itself, if it cannot be read. */
export function damagedReport(row: Row): string | undefined {
  return row.damaged.find((id) => !id.includes('/'))
}

/** Says what of a case cannot be read, what that means, and whom to ask, with the entry's ID. */
export function Damage({ row }: { row: Row }) {
  const { t } = useLanguage()
  const report = damagedReport(row)
  const action = row.damaged.find((id) => id.includes('/'))
  return (
    <>
      {report !== undefined && <p className="banner bad" role="note">{t('damage.report')} <Entry id={report} /></p>}
      {action !== undefined && <p className="banner bad" role="note">{t('damage.action')} <Entry id={action} /></p>}
    </>
  )
}

function Entry({ id }: { id: string }) {
  const { t } = useLanguage()
  return <span className="damage-entry">{t('damage.entry')} <code>{id}</code></span>
}
