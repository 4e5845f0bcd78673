import type { Query, QueryClient } from '@tanstack/react-query'
import { apiRoot, type Client } from '../api/client'
import { keys, queuePath } from '../api/queries'
import type { Case, Me, Page, Row } from '../api/types'
import { createStore, type Store } from '../desk/store'
import type { Filters } from '../queue/filters'
import { patchCase, patchGone, patchTotal, type Patched, type QueueData } from './patch'
import { createThrottle } from './throttle'
import type { ServerEvent } from './sse'
import { followStream, type Connection } from './stream'

/** Feed keeps what is loaded in step with the server's event stream. */
export interface Feed {
  /** Follows the stream for an account until the returned function is called. */
  follow: (me: Me) => () => void
  connection: Pick<Store<Connection>, 'get' | 'subscribe'>
  /** Cases that came in while the queue was on the screen and were not yet looked at. */
  arrivals: Pick<Store<ReadonlySet<string>>, 'get' | 'subscribe'>
  looked: (caseNumber: string) => void
  /** Calls back for each case that comes in; returns how to stop. */
  onArrival: (listener: (row: Row) => void) => () => void
}

export interface FeedOptions {
  client: Client
  queryClient: QueryClient
  fetch: typeof fetch
  random: () => number
  onSignedOut: () => void
}

type Change = { kind: 'case'; row: Row } | { kind: 'gone'; caseNumber: string }

/** Changes remembered for answers that are still on their way. */
const remembered = 1000
/** Least time between two requests for the same number, in milliseconds. */
const recountMs = 1000

export function createFeed(options: FeedOptions): Feed {
  const { client, queryClient } = options
  const connection = createStore<Connection>('connecting')
  const arrivals = createStore<ReadonlySet<string>>(new Set())
  const listeners = new Set<(row: Row) => void>()

  function forget(caseNumber: string) {
    if (!arrivals.get().has(caseNumber)) return
    arrivals.set(new Set([...arrivals.get()].filter((other) => other !== caseNumber)))
  }

  function follow(me: Me): () => void {
    const throttle = createThrottle(recountMs)
    const log: Change[] = []
    let dropped = 0
    const startOf = new Map<string, number>() // query hash → length of the log when its request began

    function patch(query: Query, change: Change): Patched | null {
      const data = query.state.data as QueueData | undefined
      if (data === undefined) return null
      const filters = query.queryKey[1] as Filters
      const patched = change.kind === 'case'
        ? patchCase(data, change.row, filters, me)
        : patchGone(data, change.caseNumber)
      if (patched.data !== data) queryClient.setQueryData(query.queryKey, patched.data)
      if (patched.recount) throttle(query.queryHash, () => recount(query, filters))
      return patched
    }

    async function recount(query: Query, filters: Filters) {
      const { total } = await client.get<Page>(queuePath(filters, '', 1))
      const data = query.state.data as QueueData | undefined
      if (data !== undefined) queryClient.setQueryData(query.queryKey, patchTotal(data, total))
    }

    function apply(change: Change) {
      log.push(change)
      if (log.length > remembered) dropped += log.splice(0, log.length - remembered).length
      const caseNumber = change.kind === 'case' ? change.row.case_number : change.caseNumber
      const opened = queryClient.getQueryData<Case>(keys.case(caseNumber))
      // What our own action brought back is no news, nor is a colleague's work.
      const waits = change.kind === 'case' && (change.row.state === 'received' || change.row.state === 'routed')
      const known = change.kind === 'case' && (opened?.case.last ?? -1) >= change.row.last
      let arrived = false
      for (const query of queueQueries()) {
        const patched = patch(query, change)
        arrived ||= patched?.arrived === true && query.isActive()
      }
      if (change.kind === 'gone') forget(caseNumber)
      else if (arrived && waits && !known) {
        arrivals.set(new Set(arrivals.get()).add(caseNumber))
        for (const listener of listeners) listener(change.row)
      }
      if (opened !== undefined && !known) void queryClient.invalidateQueries({ queryKey: keys.case(caseNumber) })
      throttle('queues', () => queryClient.invalidateQueries({ queryKey: keys.queues }))
    }

    function queueQueries(): Query[] {
      return queryClient.getQueryCache().findAll({ queryKey: keys.queue })
    }

    // An answer may be older than an event that overtook it: what happened
    // since the request began is applied once more.
    const unwatch = queryClient.getQueryCache().subscribe((event) => {
      if (event.type !== 'updated' || event.query.queryKey[0] !== keys.queue[0]) return
      if (event.action.type === 'fetch') startOf.set(event.query.queryHash, dropped + log.length)
      if (event.action.type !== 'success' || event.action.manual === true) return
      const start = startOf.get(event.query.queryHash) ?? dropped + log.length
      for (const change of log.slice(Math.max(0, start - dropped))) patch(event.query, change)
    })

    /** Everything loaded may have missed something: load what is shown, forget the rest. */
    async function resync() {
      for (const queryKey of [keys.queue, keys.queues, ['case']]) {
        queryClient.removeQueries({ queryKey, type: 'inactive' })
        await queryClient.cancelQueries({ queryKey })
        void queryClient.invalidateQueries({ queryKey })
      }
    }

    function take({ type, data }: ServerEvent) {
      if (type === 'case') apply({ kind: 'case', row: JSON.parse(data) as Row })
      else if (type === 'gone') {
        apply({ kind: 'gone', caseNumber: (JSON.parse(data) as { case_number: string }).case_number })
      } else if (type === 'resync') void resync()
    }

    const stop = followStream({
      url: `${apiRoot}/events`,
      fetch: options.fetch,
      random: options.random,
      onEvent: take,
      onConnection: (state) => {
        connection.set(state)
        if (state === 'live') void resync()
      },
      onSignedOut: options.onSignedOut,
    })
    return () => {
      stop()
      unwatch()
      throttle.stop()
      arrivals.set(new Set())
    }
  }

  return {
    follow,
    connection,
    arrivals,
    looked: forget,
    onArrival: (listener) => {
      listeners.add(listener)
      return () => { listeners.delete(listener) }
    },
  }
}
