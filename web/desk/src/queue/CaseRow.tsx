import type { Row } from '../api/types'
import { useCatalogue } from '../app/Catalogue'
import { useDesk, useNow } from '../desk/services'
import { hasDraft } from '../desk/drafts'
import { useStore } from '../desk/store'
import { useLanguage } from '../i18n/LanguageProvider'
import { Link } from '../nav/address'
import { useMe } from '../session/me'
import { Badge } from '../ui/Badge'
import { Icon } from '../ui/Icon'
import { Waiting } from './Waiting'

interface CaseRowProps {
  row: Row
  href: string
  chosen: boolean
  isNew: boolean
  tabIndex: number
  onFocus: () => void
}

/**
 * One case in a list: what, where, how long, whose. The district is left out
 * where the unit's name says it.
 */
export function CaseRow({ row, href, chosen, isNew, tabIndex, onFocus }: CaseRowProps) {
  const { t } = useLanguage()
  const { drafts } = useDesk()
  const { category, commune, districtOf, place, unitShort } = useCatalogue()
  const me = useMe()
  const allDrafts = useStore(drafts)
  const now = useNow()
  const flags = {
    damaged: row.damaged.length > 0,
    unanswered: row.unanswered,
    draft: hasDraft(allDrafts, row.case_number),
    outcome: row.state === 'resolved' && row.outcome !== null,
  }
  const saidByUnit = row.commune !== '' && districtOf(row) === row.unit
  const mine = row.state === 'claimed' && row.assignee?.username === me.username
  return (
    <Link
      href={href}
      className="case-row"
      data-case={row.case_number}
      data-urgent={row.urgent || undefined}
      aria-current={chosen ? 'true' : undefined}
      tabIndex={tabIndex}
      onFocus={onFocus}
      onClick={onFocus}
    >
      <span className="row-line">
        <span className="row-what">
          {row.urgent && <Badge look="urgent" icon="urgent">{t('row.urgent')}</Badge>}
          <strong>{row.category === '' ? t('row.noCategory') : category(row.category)}</strong>
          {isNew && <Badge look="new">{t('row.new')}</Badge>}
        </span>
        <span className="row-wait"><Waiting row={row} now={now} /></span>
      </span>
      <span className="row-line">
        <span className="row-where">
          {row.ongoing && row.state !== 'resolved' && <Badge look="ongoing">{t('row.ongoing')}</Badge>}
          <span>{(saidByUnit ? commune(row.commune) : place(row)) || t('row.noPlace')}</span>
          {me.role === 'supervisor' && row.unit !== '' && <span>{unitShort(row.unit)}</span>}
          <span className="row-number">{row.case_number}</span>
        </span>
        <span className={mine ? 'row-who mine' : 'row-who'}>
          {row.state === 'claimed' && row.assignee !== null
            ? <><Icon name="person" />{mine ? t('row.mine') : row.assignee.name}</>
            : t(`state.${row.state}`)}
        </span>
      </span>
      {Object.values(flags).includes(true) && (
        <span className="row-flags">
          {flags.damaged && <Badge look="urgent" icon="urgent">{t('row.damaged')}</Badge>}
          {flags.unanswered && <Badge look="message" icon="message">{t('row.unanswered')}</Badge>}
          {flags.draft && <Badge look="plain" icon="draft">{t('row.draft')}</Badge>}
          {row.state === 'resolved' && row.outcome !== null && <span>{t(`outcome.${row.outcome}`)}</span>}
        </span>
      )}
    </Link>
  )
}
