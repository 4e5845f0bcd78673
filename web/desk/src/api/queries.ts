import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { searchOf, type Filters } from '../queue/filters'
import type { Client } from './client'
import { Problem } from './problem'
import type {
  Case, CatalogueData, Clock, Figures, FigureSet, Me, MeasuredRow, Page, QueueSummary, User,
} from './types'

/** Cases per request; a scroll asks for the next ones. */
export const pageSize = 100

/** The first parts of all query keys, by which live events find what to change. */
export const keys = {
  session: ['session'],
  catalogue: ['catalogue'],
  queue: ['queue'],
  queues: ['queues'],
  case: (caseNumber: string) => ['case', caseNumber],
  figures: ['figures'],
  figureCases: ['figure-cases'],
  users: ['users'],
} as const

/** Who is logged in; null for nobody. */
export const sessionQuery = (client: Client) =>
  queryOptions({
    queryKey: keys.session,
    queryFn: async ({ signal }): Promise<Me | null> => {
      try {
        return await client.get<Me>('/session', signal)
      } catch (cause) {
        if (cause instanceof Problem && cause.status === 401) return null
        throw cause
      }
    },
    staleTime: Infinity,
  })

export const catalogueQuery = (client: Client) =>
  queryOptions({
    queryKey: keys.catalogue,
    queryFn: ({ signal }) => client.get<CatalogueData>('/catalogue', signal),
    staleTime: Infinity,
  })

export const queueQuery = (client: Client, filters: Filters) =>
  infiniteQueryOptions({
    queryKey: [...keys.queue, filters] as const,
    queryFn: ({ signal, pageParam }) => client.get<Page>(queuePath(filters, pageParam, pageSize), signal),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
    // Live events keep the queue up to date; see live/feed.ts.
    staleTime: Infinity,
  })

/** The address of one page of a queue; an empty cursor is the first page. */
export function queuePath(filters: Filters, cursor: string, limit: number): string {
  const params = new URLSearchParams(searchOf(filters))
  params.set('state', filters.state)
  params.set('order', filters.order)
  params.set('limit', String(limit))
  if (cursor !== '') params.set('cursor', cursor)
  return `/queue?${params.toString()}`
}

export const caseQuery = (client: Client, caseNumber: string) =>
  queryOptions({
    queryKey: keys.case(caseNumber),
    queryFn: ({ signal }) => client.get<Case>(casePath(caseNumber), signal),
    staleTime: 30_000,
  })

export const casePath = (caseNumber: string) => `/cases/${encodeURIComponent(caseNumber)}`

export const queuesQuery = (client: Client) =>
  queryOptions({
    queryKey: keys.queues,
    queryFn: async ({ signal }) => (await client.get<{ queues: QueueSummary[] }>('/queues', signal)).queues,
    staleTime: 10_000,
  })

export const figuresQuery = (client: Client, days: number) =>
  queryOptions({
    queryKey: [...keys.figures, days] as const,
    queryFn: ({ signal }) => client.get<Figures>(`/figures?days=${days}`, signal),
    staleTime: 60_000,
  })

/** Which cases stand behind a figure; '' in unit and category means all. */
export interface FigureChoice {
  days: number
  unit: string
  category: string
  clock: Clock
  set: FigureSet
}

export const figureCasesQuery = (client: Client, choice: FigureChoice) =>
  infiniteQueryOptions({
    queryKey: [...keys.figureCases, choice] as const,
    queryFn: ({ signal, pageParam }) => {
      const params = new URLSearchParams({
        days: String(choice.days), clock: choice.clock, set: choice.set, limit: String(pageSize),
      })
      if (choice.unit !== '') params.set('unit', choice.unit)
      if (choice.category !== '') params.set('category', choice.category)
      if (pageParam !== '') params.set('cursor', pageParam)
      return client.get<Page<MeasuredRow>>(`/figures/cases?${params.toString()}`, signal)
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
    staleTime: 60_000,
  })

export const usersQuery = (client: Client) =>
  queryOptions({
    queryKey: keys.users,
    queryFn: async ({ signal }) => (await client.get<{ users: User[] }>('/users', signal)).users,
  })
