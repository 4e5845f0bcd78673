import type { Me, Row, State } from '../api/types'

export type QueueState = 'open' | Exclude<State, 'received'>
export type Order = 'priority' | 'oldest' | 'newest'

/** What a queue shows. The address of the page holds it, so that it can be shared. */
export interface Filters {
  /** A unit's code; '' is the officer's own queue, for supervisors all of them. */
  unit: string
  state: QueueState
  /** A category's code, '' for all. */
  category: string
  urgent: boolean
  mine: boolean
  unanswered: boolean
  order: Order
}

export const queueStates: readonly QueueState[] = ['open', 'routed', 'claimed', 'resolved']
export const orders: readonly Order[] = ['priority', 'oldest', 'newest']

export const everything: Filters = {
  unit: '', state: 'open', category: '', urgent: false, mine: false, unanswered: false, order: 'priority',
}

/** Reads filters from a query string; what it does not know is left at its default. */
export function filtersFrom(params: URLSearchParams): Filters {
  const pick = <T extends string>(name: string, of: readonly T[], fallback: T): T =>
    of.find((value) => value === params.get(name)) ?? fallback
  return {
    unit: params.get('unit') ?? '',
    state: pick('state', queueStates, 'open'),
    category: params.get('category') ?? '',
    urgent: params.get('urgent') === 'true',
    mine: params.get('mine') === 'true',
    unanswered: params.get('unanswered') === 'true',
    order: pick('order', orders, 'priority'),
  }
}

/** The query string of filters, '' where all are at their default, else with its '?'. */
export function searchOf(filters: Filters): string {
  const params = new URLSearchParams()
  if (filters.unit !== '') params.set('unit', filters.unit)
  if (filters.state !== 'open') params.set('state', filters.state)
  if (filters.category !== '') params.set('category', filters.category)
  for (const flag of ['urgent', 'mine', 'unanswered'] as const) if (filters[flag]) params.set(flag, 'true')
  if (filters.order !== 'priority') params.set('order', filters.order)
  const text = params.toString()
  return text === '' ? '' : `?${text}`
}

/** How many filters narrow the queue; unit, state and order always have a value. */
export function narrowing(filters: Filters): number {
  return [filters.category !== '', filters.urgent, filters.mine, filters.unanswered].filter(Boolean).length
}

/** Whether a case belongs to a filtered queue, by the server's rules. */
export function matches(row: Row, filters: Filters, me: Me): boolean {
  const unit = filters.unit !== '' ? filters.unit : me.role === 'officer' ? me.unit : ''
  return (
    (unit === '' || row.unit === unit) &&
    (filters.state === 'open' ? row.state !== 'resolved' : row.state === filters.state) &&
    (filters.category === '' || row.category === filters.category) &&
    (!filters.urgent || row.urgent) &&
    (!filters.mine || row.assignee?.username === me.username) &&
    (!filters.unanswered || row.unanswered)
  )
}

/** Orders cases as the server does; ties are broken by case number. */
export function compare(order: Order): (a: Row, b: Row) => number {
  return (a, b) => {
    if (order === 'priority' && a.urgent !== b.urgent) return a.urgent ? -1 : 1
    const age = Date.parse(a.received_at) - Date.parse(b.received_at)
    if (age !== 0) return order === 'newest' ? -age : age
    return a.case_number < b.case_number ? -1 : a.case_number > b.case_number ? 1 : 0
  }
}
