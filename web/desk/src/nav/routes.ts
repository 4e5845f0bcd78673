import type { FigureChoice } from '../api/queries'
import type { Clock, FigureSet, Role } from '../api/types'
import { filtersFrom, searchOf, type Filters } from '../queue/filters'

/** A page of the desk. */
export type Route =
  | { page: 'queue'; filters: Filters; caseNumber: string | null }
  | { page: 'queues' }
  | { page: 'figures'; days: Days }
  | { page: 'figureCases'; choice: FigureChoice }
  | { page: 'accounts' }
  | { page: 'unknown' }

export const windows = [7, 30, 90] as const
export type Days = (typeof windows)[number]
export const clocks: readonly Clock[] = ['acknowledge', 'reply', 'resolve']
const sets: readonly FigureSet[] = ['received', 'open', 'measured', 'running', 'late']

/** Which page each role starts with. */
export const homeOf: Record<Role, string> = { officer: '/queue', supervisor: '/queues', admin: '/accounts' }

/** What each role may open; the server decides, this only spares a refusal. */
const pagesOf: Record<Role, readonly Route['page'][]> = {
  officer: ['queue'],
  supervisor: ['queue', 'queues', 'figures', 'figureCases'],
  admin: ['accounts'],
}

/** The page of an address for a role. */
export function routeOf(path: string, search: string, role: Role): Route {
  const route = parse(path === '/' ? homeOf[role] : path, new URLSearchParams(search))
  return pagesOf[role].includes(route.page) ? route : { page: 'unknown' }
}

function parse(path: string, params: URLSearchParams): Route {
  const [first = '', second, third] = path.split('/').filter((part) => part !== '')
  if (third !== undefined) return { page: 'unknown' }
  switch (second === undefined ? first : `${first}/*`) {
    case 'queue': return { page: 'queue', filters: filtersFrom(params), caseNumber: null }
    case 'cases/*': return { page: 'queue', filters: filtersFrom(params), caseNumber: decode(second ?? '') }
    case 'queues': return { page: 'queues' }
    case 'figures': return { page: 'figures', days: daysFrom(params) }
    case 'figures/*': return second === 'cases' ? { page: 'figureCases', choice: choiceFrom(params) } : { page: 'unknown' }
    case 'accounts': return { page: 'accounts' }
    default: return { page: 'unknown' }
  }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

function daysFrom(params: URLSearchParams): Days {
  return windows.find((n) => String(n) === params.get('days')) ?? 30
}

function choiceFrom(params: URLSearchParams): FigureChoice {
  return {
    days: daysFrom(params),
    unit: params.get('unit') ?? '',
    category: params.get('category') ?? '',
    clock: clocks.find((clock) => clock === params.get('clock')) ?? 'acknowledge',
    set: sets.find((set) => set === params.get('set')) ?? 'measured',
  }
}

export const queueHref = (filters: Filters) => `/queue${searchOf(filters)}`

/** A case beside the queue it was chosen from. */
export const caseHref = (caseNumber: string, filters: Filters) =>
  `/cases/${encodeURIComponent(caseNumber)}${searchOf(filters)}`

export const figuresHref = (days: Days) => `/figures?days=${days}`

export function figureCasesHref(choice: FigureChoice): string {
  const params = new URLSearchParams({ days: String(choice.days), clock: choice.clock, set: choice.set })
  if (choice.unit !== '') params.set('unit', choice.unit)
  if (choice.category !== '') params.set('category', choice.category)
  return `/figures/cases?${params.toString()}`
}
