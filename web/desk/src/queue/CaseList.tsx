import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useImperativeHandle, useLayoutEffect, useRef, useState, type KeyboardEvent, type Ref, type RefObject } from 'react'
import type { Row } from '../api/types'
import { useDesk } from '../desk/services'
import { useStore } from '../desk/store'
import { useLanguage } from '../i18n/LanguageProvider'
import { useNavigation } from '../nav/address'
import { Icon } from '../ui/Icon'
import { CaseRow } from './CaseRow'
import { useSteadyScroll } from './steadyScroll'

/** What the page's shortcuts do with the list. */
export interface CaseListHandle {
  move: (step: 1 | -1) => void
  openCursor: () => void
  focusCursor: () => void
}

interface CaseListProps {
  rows: Row[]
  /** How many there are, loaded or not. */
  total: number
  chosen: string | null
  /** The element that scrolls. */
  pane: RefObject<HTMLElement | null>
  hrefOf: (row: Row) => string
  onMore: () => void
  ref: Ref<CaseListHandle>
}

/** Height of a row before it was measured, in pixels. */
const guessedHeight = 68
/** Rows from the end at which the next ones are asked for. */
const ahead = 20

/** The cases of a queue, of which only those near the screen are in the page. */
export function CaseList({ rows, total, chosen, pane, hrefOf, onMore, ref }: CaseListProps) {
  const { t } = useLanguage()
  const { go } = useNavigation()
  const { feed } = useDesk()
  const arrivals = useStore(feed.arrivals)
  const list = useRef<HTMLUListElement>(null)
  const [cursor, setCursor] = useState<string | null>(chosen)
  const [margin, setMargin] = useState(0)
  const cursorIndex = rows.findIndex((row) => row.case_number === cursor)
  const wantsFocus = useRef(false)

  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => pane.current,
    estimateSize: () => guessedHeight,
    getItemKey: (index) => rows[index]?.case_number ?? index,
    overscan: 8,
    scrollMargin: margin,
    rangeExtractor: ({ startIndex, endIndex, overscan, count }) => {
      const from = Math.max(0, startIndex - overscan)
      const to = Math.min(count - 1, endIndex + overscan)
      const indexes = Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i)
      // The row with the focus stays in the page however far one scrolls.
      if (cursorIndex >= 0 && cursorIndex < from) indexes.unshift(cursorIndex)
      if (cursorIndex > to) indexes.push(cursorIndex)
      return indexes
    },
  })
  const items = virtual.getVirtualItems()
  const lastShown = items.at(-1)?.index ?? 0
  const firstVisible = items.find((item) => item.end > (virtual.scrollOffset ?? 0))?.index ?? 0
  const arrivedAbove = rows.slice(0, firstVisible).filter((row) => arrivals.has(row.case_number)).length

  useSteadyScroll({ rows, list, pane, virtual })
  useLayoutEffect(() => {
    const top = list.current?.offsetTop ?? 0
    if (top !== margin) setMargin(top)
  })
  useEffect(() => {
    if (lastShown >= rows.length - ahead) onMore()
  }, [lastShown, rows.length, onMore])
  useEffect(() => {
    if (chosen !== null) setCursor(chosen)
  }, [chosen])
  useLayoutEffect(() => {
    if (!wantsFocus.current) return
    const link = [...list.current?.querySelectorAll('a') ?? []].find((it) => it.dataset['case'] === cursor)
    if (link === undefined) return
    wantsFocus.current = false
    link.focus({ preventScroll: true })
  })

  const place = (index: number) => {
    const row = rows[index]
    if (row === undefined) return
    wantsFocus.current = true
    setCursor(row.case_number)
    virtual.scrollToIndex(index, { align: 'auto' })
  }
  const move = (step: 1 | -1) => {
    place(cursorIndex < 0 ? firstVisible : Math.min(rows.length - 1, Math.max(0, cursorIndex + step)))
  }
  useFollowLostRow(rows, cursorIndex, list, place)
  useImperativeHandle(ref, () => ({
    move,
    openCursor: () => {
      const row = rows[cursorIndex]
      if (row !== undefined) go(hrefOf(row))
    },
    focusCursor: () => { if (cursorIndex >= 0) place(cursorIndex) },
  }))

  const keys = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return
    const to = { ArrowDown: cursorIndex + 1, ArrowUp: Math.max(0, cursorIndex - 1), Home: 0, End: rows.length - 1 }[event.key]
    if (to === undefined) return
    event.preventDefault()
    place(Math.min(rows.length - 1, to))
  }
  const tabStop = cursorIndex >= 0 ? cursorIndex : firstVisible
  return (
    <>
      {arrivedAbove > 0 && (
        <button type="button" className="arrived" onClick={() => { virtual.scrollToOffset(0) }}>
          <Icon name="up" />{t('queue.arrived', { n: arrivedAbove })}
        </button>
      )}
      <ul ref={list} role="list" className="case-list" aria-label={t('queue.list')} style={{ height: virtual.getTotalSize() }} onKeyDown={keys}>
        {items.map((item) => {
          const row = rows[item.index]
          return row === undefined ? null : (
            <li
              key={item.key}
              ref={virtual.measureElement}
              data-index={item.index}
              aria-posinset={item.index + 1}
              aria-setsize={total}
              style={{ transform: `translateY(${item.start - margin}px)` }}
            >
              <CaseRow
                row={row}
                href={hrefOf(row)}
                chosen={row.case_number === chosen}
                isNew={arrivals.has(row.case_number)}
                tabIndex={item.index === tabStop ? 0 : -1}
                onFocus={() => { setCursor(row.case_number) }}
              />
            </li>
          )
        })}
      </ul>
    </>
  )
}

/** When the row with the focus leaves the queue, the next one takes its place. */
function useFollowLostRow(rows: Row[], cursorIndex: number, list: RefObject<HTMLElement | null>, place: (index: number) => void) {
  const before = useRef(cursorIndex)
  const hadFocus = useRef(false)
  useLayoutEffect(() => {
    const lost = before.current >= 0 && cursorIndex < 0
    if (lost && hadFocus.current && rows.length > 0) place(Math.min(before.current, rows.length - 1))
    before.current = cursorIndex
    hadFocus.current = list.current?.contains(document.activeElement) === true
  })
}
