import { useInfiniteQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { figureCasesQuery, type FigureChoice } from '../api/queries'
import type { MeasuredRow } from '../api/types'
import { useCatalogue } from '../app/Catalogue'
import { useDesk } from '../desk/services'
import { useLanguage } from '../i18n/LanguageProvider'
import { Link } from '../nav/address'
import { caseHref, figuresHref, windows } from '../nav/routes'
import { everything } from '../queue/filters'
import { Badge } from '../ui/Badge'
import { Button } from '../ui/Button'
import { Failure } from '../ui/Failure'
import { Icon } from '../ui/Icon'
import { TableScroll } from '../ui/TableScroll'

/** The cases behind one figure. */
export default function FigureCasesScreen({ choice }: { choice: FigureChoice }) {
  const { t } = useLanguage()
  const { client } = useDesk()
  const { unit, category } = useCatalogue()
  const cases = useInfiniteQuery(figureCasesQuery(client, choice))
  const n = choice.days
  const title = choice.set === 'measured' || choice.set === 'running' || choice.set === 'late'
    ? t(`figureCases.${choice.set}`, { n, clock: t(`clock.${choice.clock}`) })
    : t(`figureCases.${choice.set}`, { n })
  useEffect(() => { document.title = t('app.title', { page: title }) }, [t, title])

  const rows = cases.data?.pages.flatMap((page) => page.cases) ?? []
  const total = cases.data?.pages[0]?.total ?? 0
  const days = windows.find((it) => it === choice.days) ?? 30
  return (
    <main id="content" className="page" tabIndex={-1}>
      <p><Link href={figuresHref(days)} className="back"><Icon name="back" />{t('figureCases.back')}</Link></p>
      <h1>{title}</h1>
      {(choice.unit !== '' || choice.category !== '') && (
        <p><strong>{[choice.unit && unit(choice.unit), choice.category && category(choice.category)].filter((it) => it !== '').join(' · ')}</strong></p>
      )}
      {cases.isError && cases.data === undefined
        ? <Failure error={cases.error} onRetry={() => void cases.refetch()} />
        : cases.data === undefined
          ? <p className="empty">{t('app.loading')}</p>
          : rows.length === 0
            ? <p className="empty">{t('figureCases.empty')}</p>
            : (
              <>
                <p className="quiet-text">{t('figureCases.shown', { shown: rows.length, n: total })}</p>
                <CaseTable title={title} rows={rows} />
                {cases.hasNextPage && (
                  <Button pending={cases.isFetchingNextPage} pendingText={t('queue.more')} onClick={() => void cases.fetchNextPage()}>
                    {t('figureCases.more')}
                  </Button>
                )}
              </>
            )}
    </main>
  )
}

function CaseTable({ title, rows }: { title: string; rows: readonly MeasuredRow[] }) {
  const { t, formats } = useLanguage()
  const { category, place, unitShort } = useCatalogue()
  return (
    <TableScroll label={title}>
      <table className="figures stacked cases">
        <thead>
          <tr>
            <th scope="col">{t('figureCases.case')}</th>
            <th scope="col" className="number">{t('figureCases.elapsed')}</th>
            <th scope="col">{t('figures.category')}</th>
            <th scope="col">{t('figureCases.place')}</th>
            <th scope="col">{t('figures.unit')}</th>
            <th scope="col">{t('figureCases.state')}</th>
            <th scope="col" className="number">{t('figureCases.received.at')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.case_number}>
              <th scope="row"><Link href={caseHref(row.case_number, everything)} className="row-number">{row.case_number}</Link></th>
              <td className="number elapsed"><strong>{formats.duration(row.elapsed)}</strong></td>
              <td className="wide">{row.urgent && <Badge look="urgent" icon="urgent">{t('row.urgent')}</Badge>} {category(row.category)}</td>
              <td className="wide">{place(row) || t('row.noPlace')}</td>
              <td data-label={t('figures.unit')}>{unitShort(row.unit)}</td>
              <td data-label={t('figureCases.state')}>{t(`state.${row.state}`)}</td>
              <td className="number" data-label={t('figureCases.received.at')}>{formats.dateTime(row.received_at)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableScroll>
  )
}
