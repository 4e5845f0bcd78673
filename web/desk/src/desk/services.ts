import { QueryClient } from '@tanstack/react-query'
import { createContext, use, useSyncExternalStore } from 'react'
import { createClient, type Client } from '../api/client'
import { Problem } from '../api/problem'
import { keys } from '../api/queries'
import { createFeed, type Feed } from '../live/feed'
import { createAnnouncer, type Announcer } from './announcer'
import { createClock, type DeskClock } from './clock'
import { createDrafts, type Drafts } from './drafts'
import { createPreferences, type Preferences } from './preferences'
import { useStore, type Store } from './store'

/** What every screen may use. One is made at the start, and one per test. */
export interface Desk {
  client: Client
  queryClient: QueryClient
  feed: Feed
  clock: DeskClock
  drafts: Drafts
  preferences: Store<Preferences>
  announcer: Announcer
}

export interface Surroundings {
  fetch: typeof fetch
  storage: Storage
  now: () => number
  random: () => number
}

export function createDesk(around: Surroundings): Desk {
  const preferences = createPreferences(around.storage)
  const clock = createClock(around.now)
  const queryClient = new QueryClient({
    defaultOptions: {
      queries: {
        refetchOnWindowFocus: false,
        // A request that the server refused will be refused again.
        retry: (failures, error) => failures < 2 && error instanceof Problem && (error.status === 0 || error.status >= 500),
      },
    },
  })
  const signOut = () => { queryClient.setQueryData(keys.session, null) }
  const client = createClient({
    fetch: around.fetch,
    language: () => preferences.get().language,
    onSignedOut: signOut,
    onServerTime: clock.setServerTime,
  })
  const feed = createFeed({ client, queryClient, fetch: around.fetch, random: around.random, onSignedOut: signOut })
  return { client, queryClient, feed, clock, preferences, drafts: createDrafts(), announcer: createAnnouncer() }
}

export const DeskContext = createContext<Desk | null>(null)

export function useDesk(): Desk {
  const desk = use(DeskContext)
  if (desk === null) throw new Error('useDesk outside of DeskContext')
  return desk
}

/** Now in milliseconds, moving every few seconds. */
export function useNow(): number {
  const { clock } = useDesk()
  return useSyncExternalStore(clock.subscribe, clock.get)
}

export function usePreferences(): [Preferences, (change: Partial<Preferences>) => void] {
  const { preferences } = useDesk()
  const value = useStore(preferences)
  return [value, (change) => { preferences.set({ ...preferences.get(), ...change }) }]
}
