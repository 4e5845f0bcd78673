import type { Virtualizer } from '@tanstack/react-virtual'
import { useLayoutEffect, useRef, type RefObject } from 'react'
import type { Row } from '../api/types'

interface Steady {
  rows: Row[]
  list: RefObject<HTMLElement | null>
  pane: RefObject<HTMLElement | null>
  virtual: Virtualizer<HTMLElement, Element>
}

/**
 * Keeps the row that somebody is reading where it is when rows come or go
 * above it. Somebody reads the row under the pointer or with the focus, else,
 * in a list that was scrolled, the first visible one. In a list at its top
 * that nobody touches, new rows simply appear.
 */
export function useSteadyScroll({ rows, list, pane, virtual }: Steady): void {
  const anchor = useRef<{ caseNumber: string; top: number } | null>(null)
  const shown = useRef(rows)

  useLayoutEffect(() => {
    // Rows are measured only once they are drawn; while a row is held, this
    // hook answers for what that moves, and the list must not do it too.
    virtual.shouldAdjustScrollPositionOnItemSizeChange = (item, _, instance) =>
      anchor.current === null && item.start < (instance.scrollOffset ?? 0)
  }, [virtual])

  useLayoutEffect(() => {
    const [scroller, held] = [pane.current, anchor.current]
    if (scroller !== null && list.current !== null && held !== null) {
      const index = rows.findIndex((row) => row.case_number === held.caseNumber)
      const top = virtual.measurementsCache[index]?.start
      if (top !== undefined && top !== held.top) {
        const target = scroller.scrollTop + top - held.top
        // A list shorter than its pane cannot scroll: give it room until it is back at its top.
        list.current.style.minHeight = `${Math.ceil(target + scroller.clientHeight - list.current.offsetTop)}px`
        scroller.scrollTop = target
      }
    }
    shown.current = rows
    anchor.current = read(rows, virtual, list.current, scroller)
  })

  useLayoutEffect(() => {
    const scroller = pane.current
    const settle = () => {
      if (scroller?.scrollTop === 0 && list.current !== null) list.current.style.minHeight = ''
    }
    const note = () => { anchor.current = read(shown.current, virtual, list.current, scroller) }
    scroller?.addEventListener('scroll', settle)
    scroller?.addEventListener('scroll', note)
    scroller?.addEventListener('pointermove', note)
    scroller?.addEventListener('focusin', note)
    return () => {
      scroller?.removeEventListener('scroll', settle)
      scroller?.removeEventListener('scroll', note)
      scroller?.removeEventListener('pointermove', note)
      scroller?.removeEventListener('focusin', note)
    }
  }, [pane, list, virtual])
}

function read(rows: Row[], virtual: Steady['virtual'], list: HTMLElement | null, scroller: HTMLElement | null) {
  const held = list?.querySelector<HTMLElement>('a:focus') ?? list?.querySelector<HTMLElement>('a:hover')
  const offset = scroller?.scrollTop ?? 0
  const index = held?.dataset['case'] !== undefined
    ? rows.findIndex((row) => row.case_number === held.dataset['case'])
    : offset > 0 ? virtual.getVirtualItems().find((item) => item.end > offset)?.index ?? -1 : -1
  const [row, measured] = [rows[index], virtual.measurementsCache[index]]
  return row === undefined || measured === undefined ? null : { caseNumber: row.case_number, top: measured.start }
}
