import { useInfiniteQuery } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useRef } from 'react'
import { queueQuery } from '../api/queries'
import { useCatalogue } from '../app/Catalogue'
import { CasePane } from '../case/CasePane'
import { useDesk } from '../desk/services'
import { useLanguage } from '../i18n/LanguageProvider'
import { useShortcuts } from '../keyboard/shortcuts'
import { useNavigation } from '../nav/address'
import { caseHref, queueHref } from '../nav/routes'
import { useMe } from '../session/me'
import { Failure } from '../ui/Failure'
import { ArrivalNotices } from './ArrivalNotices'
import { CaseList, type CaseListHandle } from './CaseList'
import { everything, narrowing, searchOf, type Filters } from './filters'
import { FilterBar } from './FilterBar'

/** A queue, and beside it the case that was chosen from it. */
export function QueueScreen(props: { filters: Filters; caseNumber: string | null }) {
  const { t } = useLanguage()
  const { client, feed } = useDesk()
  const { go } = useNavigation()
  const me = useMe()
  const { unit } = useCatalogue()
  const { filters, caseNumber } = props
  const queue = useInfiniteQuery(queueQuery(client, filters))
  const rows = useMemo(() => queue.data?.pages.flatMap((page) => page.cases) ?? [], [queue.data])
  const total = queue.data?.pages.at(-1)?.total
  const pane = useRef<HTMLElement>(null)
  const list = useRef<CaseListHandle>(null)

  const ownUnit = me.role === 'officer' ? me.unit : ''
  const shown = filters.unit === '' ? ownUnit : filters.unit
  const title = shown === '' ? t('queue.title.all') : unit(shown)

  useEffect(() => {
    document.title = t('app.title', { page: caseNumber ?? title })
  }, [t, title, caseNumber])
  useEffect(() => {
    if (caseNumber !== null) feed.looked(caseNumber)
  }, [caseNumber, feed])

  const close = useCallback(() => {
    go(queueHref(filters))
    list.current?.focusCursor()
  }, [go, filters])
  const { fetchNextPage, hasNextPage, isFetchingNextPage } = queue
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [fetchNextPage, hasNextPage, isFetchingNextPage])

  useShortcuts({
    j: () => { list.current?.move(1) },
    k: () => { list.current?.move(-1) },
    Enter: () => { list.current?.openCursor() },
    Escape: () => { if (caseNumber !== null) close() },
  })

  return (
    <main id="content" className="split" data-case={caseNumber !== null || undefined} tabIndex={-1}>
      <section className="pane queue" ref={pane} aria-label={t('queue.title')}>
        <div className="queue-head">
          <h1>{title}</h1>
          <p className="quiet-text" aria-live="off">{total === undefined ? t('app.loading') : t('queue.total', { n: total })}</p>
        </div>
        <FilterBar filters={filters} />
        {queue.isError && rows.length === 0
          ? <Failure error={queue.error} onRetry={() => void queue.refetch()} />
          : queue.isSuccess && rows.length === 0
            ? <Empty filters={filters} />
            : (
              <CaseList
                key={searchOf(filters)}
                ref={list}
                rows={rows}
                total={total ?? rows.length}
                chosen={caseNumber}
                pane={pane}
                hrefOf={(row) => caseHref(row.case_number, filters)}
                onMore={more}
              />
            )}
        {isFetchingNextPage && <p className="quiet-text more">{t('queue.more')}</p>}
        <ArrivalNotices />
      </section>
      {caseNumber === null
        ? (
          <section className="pane case-none" aria-label={t('queue.pick')}>
            <div className="empty"><h2>{t('queue.pick')}</h2><p>{t('queue.pick.text')}</p></div>
          </section>
        )
        : <CasePane key={caseNumber} caseNumber={caseNumber} backHref={queueHref(filters)} onClose={close} />}
    </main>
  )
}

function Empty({ filters }: { filters: Filters }) {
  const { t } = useLanguage()
  const { go } = useNavigation()
  const narrowed = narrowing(filters) > 0 || (filters.state !== 'open' && filters.state !== 'resolved')
  return (
    <div className="empty">
      <p>{t(narrowed ? 'queue.empty.filtered' : filters.state === 'resolved' ? 'queue.empty.resolved' : 'queue.empty')}</p>
      {narrowed && (
        <button type="button" className="button plain" onClick={() => { go(queueHref({ ...everything, unit: filters.unit })) }}>
          {t('queue.clear')}
        </button>
      )}
    </div>
  )
}
