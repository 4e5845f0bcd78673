import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { queuesQuery } from '../api/queries'
import type { QueueSummary } from '../api/types'
import { useCatalogue } from '../app/Catalogue'
import { useDesk, useNow } from '../desk/services'
import { useLanguage } from '../i18n/LanguageProvider'
import { Link } from '../nav/address'
import { queueHref } from '../nav/routes'
import { everything, type Filters } from '../queue/filters'
import { Failure } from '../ui/Failure'
import { TableScroll } from '../ui/TableScroll'

const columns = ['open', 'routed', 'claimed', 'urgent', 'unanswered'] as const

const filtersOf: Record<(typeof columns)[number], Partial<Filters>> = {
  open: {},
  routed: { state: 'routed' },
  claimed: { state: 'claimed' },
  urgent: { urgent: true },
  unanswered: { unanswered: true },
}

/** Every queue that the account may see, each number a way into it. */
export default function Overview() {
  const { t } = useLanguage()
  const { client } = useDesk()
  const { unitShort } = useCatalogue()
  const queues = useQuery(queuesQuery(client))
  useEffect(() => { document.title = t('app.title', { page: t('queues.title') }) }, [t])
  return (
    <main id="content" className="page" tabIndex={-1}>
      <h1>{t('queues.title')}</h1>
      <p className="quiet-text">{t('queues.intro')}</p>
      {queues.isError && queues.data === undefined
        ? <Failure error={queues.error} onRetry={() => void queues.refetch()} />
        : queues.data === undefined
          ? <p className="empty">{t('app.loading')}</p>
          : (
            <TableScroll label={t('queues.title')}>
              <table className="figures stacked queues">
                <thead>
                  <tr>
                    <th scope="col">{t('queues.unit')}</th>
                    {columns.map((column) => <th key={column} scope="col" className="number">{t(`queues.${column}`)}</th>)}
                    <th scope="col" className="number">{t('queues.oldest')}</th>
                  </tr>
                </thead>
                <tbody>
                  <Line name={t('queues.all')} unit="" queue={sum(queues.data)} total />
                  {queues.data.map((queue) => <Line key={queue.unit} name={unitShort(queue.unit)} unit={queue.unit} queue={queue} />)}
                </tbody>
              </table>
            </TableScroll>
          )}
    </main>
  )
}

function Line(props: { name: string; unit: string; queue: Omit<QueueSummary, 'unit'>; total?: boolean }) {
  const { t, formats } = useLanguage()
  const now = useNow()
  const { queue, unit, name } = props
  const href = (part: Partial<Filters>) => queueHref({ ...everything, unit, ...part })
  return (
    <tr className={props.total === true ? 'total' : undefined}>
      <th scope="row"><Link href={href({})}>{name}</Link></th>
      {columns.map((column) => {
        const n = queue[column]
        const text = formats.number(n)
        return (
          <td key={column} className="number" data-label={t(`queues.${column}`)} data-loud={(column === 'urgent' || column === 'unanswered') && n > 0 ? column : undefined}>
            {n === 0
              ? <span className="quiet-text">0</span>
              : (
                <Link href={href(filtersOf[column])} aria-label={t('figures.link', { what: t(`queues.${column}`), line: name, value: text })}>
                  {text}
                </Link>
              )}
          </td>
        )
      })}
      <td className="number" data-label={t('queues.oldest')}>
        {queue.oldest_received_at === null
          ? <span className="quiet-text">{t('app.none')}</span>
          : (
            <Link
              href={href({ order: 'oldest' })}
              title={formats.dateTime(queue.oldest_received_at)}
            >
              {formats.waiting((now - Date.parse(queue.oldest_received_at)) / 1000)}
            </Link>
          )}
      </td>
    </tr>
  )
}

function sum(queues: readonly QueueSummary[]): Omit<QueueSummary, 'unit'> {
  const total = (column: (typeof columns)[number]) => queues.reduce((n, queue) => n + queue[column], 0)
  const oldest = queues.map((queue) => queue.oldest_received_at).filter((at) => at !== null)
    .sort((a, b) => Date.parse(a) - Date.parse(b))[0] ?? null
  return {
    open: total('open'), routed: total('routed'), claimed: total('claimed'),
    urgent: total('urgent'), unanswered: total('unanswered'), oldest_received_at: oldest,
  }
}
