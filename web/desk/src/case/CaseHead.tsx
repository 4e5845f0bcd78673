import type { RefObject } from 'react'
import type { Row } from '../api/types'
import { useCatalogue } from '../app/Catalogue'
import { useDesk, useNow } from '../desk/services'
import { useLanguage } from '../i18n/LanguageProvider'
import { Link } from '../nav/address'
import { Waiting } from '../queue/Waiting'
import { Badge } from '../ui/Badge'
import { IconButton } from '../ui/Button'
import { Icon } from '../ui/Icon'

interface CaseHeadProps { row: Row; heading: RefObject<HTMLHeadingElement | null>; backHref: string; onClose: () => void }

/** What a case is and where it stands, in two lines. */
export function CaseHead({ row, heading, backHref, onClose }: CaseHeadProps) {
  const { t } = useLanguage()
  const { announcer } = useDesk()
  const { category, unitShort } = useCatalogue()
  const now = useNow()
  const copy = () => {
    void navigator.clipboard.writeText(row.case_number).then(() => { announcer.say(t('case.copied', { number: row.case_number })) })
  }
  return (
    <header className="case-head">
      <Link href={backHref} className="case-back"><Icon name="back" />{t('case.back')}</Link>
      <div className="case-title">
        <h1 id="case-title" ref={heading} tabIndex={-1}>{row.category === '' ? t('row.noCategory') : category(row.category)}</h1>
        {row.urgent && <Badge look="urgent" icon="urgent">{t('row.urgent')}</Badge>}
        {row.ongoing && row.state !== 'resolved' && <Badge look="ongoing">{t('row.ongoing')}</Badge>}
        {row.damaged.length > 0 && <Badge look="urgent" icon="urgent">{t('row.damaged')}</Badge>}
        {row.unanswered && <Badge look="message" icon="message">{t('row.unanswered')}</Badge>}
        <span className="case-close"><IconButton icon="close" label={t('case.close')} onClick={onClose} /></span>
      </div>
      <p className="case-status">
        <span className="row-number">{row.case_number}</span>
        <IconButton icon="copy" label={t('case.copy')} onClick={copy} />
        <strong>{t(`state.${row.state}`)}</strong>
        {row.assignee !== null && <span><Icon name="person" />{row.assignee.name}</span>}
        <span>{unitShort(row.unit)}</span>
        <Waiting row={row} now={now} />
        {row.transfers > 0 && <span>{t('row.transfers', { n: row.transfers })}</span>}
        {row.reopenings > 0 && <span>{t('row.reopenings', { n: row.reopenings })}</span>}
      </p>
    </header>
  )
}
