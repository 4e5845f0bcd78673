import { createStore, type Store } from './store'

/** A sentence about what just happened, shown for a while and read out politely. */
export interface Notice { id: number; text: string }

export interface Announcer extends Pick<Store<Notice | null>, 'get' | 'subscribe'> {
  say: (text: string) => void
  dismiss: () => void
}

/** Milliseconds for which a notice stays on the screen. */
const shownMs = 6_000

export function createAnnouncer(): Announcer {
  const store = createStore<Notice | null>(null)
  let id = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  const dismiss = () => {
    clearTimeout(timer)
    store.set(null)
  }
  return {
    get: store.get,
    subscribe: store.subscribe,
    say: (text) => {
      clearTimeout(timer)
      timer = setTimeout(dismiss, shownMs)
      store.set({ id: ++id, text })
    },
    dismiss,
  }
}
