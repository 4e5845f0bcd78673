import type { InfiniteData } from '@tanstack/react-query'
import type { Me, Page, Row } from '../api/types'
import { compare, matches, type Filters } from '../queue/filters'

export type QueueData = InfiniteData<Page, string>

/** What an event did to a loaded queue. */
export interface Patched {
  data: QueueData
  /** The case is in the queue now and was not before. */
  arrived: boolean
  /** The event may concern a case that is not loaded: only the server knows the total. */
  recount: boolean
}

/** Applies a case that arrived or changed. An older state than the loaded one is ignored, unless damage put the case back. */
export function patchCase(data: QueueData, row: Row, filters: Filters, me: Me): Patched {
  const found = locate(data, row.case_number)
  const belongs = matches(row, filters, me)
  if (found !== null) {
    if (found.row.last > row.last && row.damaged.length === 0) return unchanged(data)
    if (belongs) return { ...unchanged(data), data: replace(data, found, row) }
    return { ...unchanged(data), data: remove(data, found) }
  }
  const order = compare(filters.order)
  const page = data.pages.findIndex((p) => p.cases.some((other) => order(row, other) < 0))
  const atEnd = page < 0
  const last = data.pages.at(-1)
  if (last === undefined) return unchanged(data)
  if (atEnd && last.next !== null) return { ...unchanged(data), recount: true }
  if (!belongs) return unchanged(data)
  return { data: insert(data, atEnd ? data.pages.length - 1 : page, row, order), arrived: true, recount: false }
}

/** Takes out a case that left the account's queues. */
export function patchGone(data: QueueData, caseNumber: string): Patched {
  const found = locate(data, caseNumber)
  if (found !== null) return { ...unchanged(data), data: remove(data, found) }
  return { ...unchanged(data), recount: data.pages.at(-1)?.next !== null }
}

/** Sets the number of matching cases. */
export function patchTotal(data: QueueData, total: number): QueueData {
  if (data.pages.every((p) => p.total === total)) return data
  return { ...data, pages: data.pages.map((p) => ({ ...p, total })) }
}

interface Place { page: number; index: number; row: Row }

function locate(data: QueueData, caseNumber: string): Place | null {
  for (const [page, { cases }] of data.pages.entries()) {
    const index = cases.findIndex((row) => row.case_number === caseNumber)
    const row = cases[index]
    if (row !== undefined) return { page, index, row }
  }
  return null
}

function unchanged(data: QueueData): Patched {
  return { data, arrived: false, recount: false }
}

function replace(data: QueueData, place: Place, row: Row): QueueData {
  return edit(data, place.page, 0, (cases) => cases.with(place.index, row))
}

function remove(data: QueueData, place: Place): QueueData {
  return edit(data, place.page, -1, (cases) => cases.toSpliced(place.index, 1))
}

function insert(data: QueueData, page: number, row: Row, order: (a: Row, b: Row) => number): QueueData {
  return edit(data, page, 1, (cases) => {
    const before = cases.findIndex((other) => order(row, other) < 0)
    return cases.toSpliced(before < 0 ? cases.length : before, 0, row)
  })
}

/** Changes one page's cases, and the total, which every page repeats. */
function edit(data: QueueData, page: number, more: number, change: (cases: Row[]) => Row[]): QueueData {
  return {
    ...data,
    pages: data.pages.map((p, i) => ({
      ...p,
      total: Math.max(0, p.total + more),
      cases: i === page ? change(p.cases) : p.cases,
    })),
  }
}
