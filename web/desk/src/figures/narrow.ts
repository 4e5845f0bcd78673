import { useSyncExternalStore } from 'react'

/** Below this the three clocks do not fit beside each other. */
const query = '(max-width: 68rem)'

/** Whether the screen has room for one clock only. */
export function useNarrow(): boolean {
  return useSyncExternalStore(
    (changed) => {
      const media = window.matchMedia(query)
      media.addEventListener('change', changed)
      return () => { media.removeEventListener('change', changed) }
    },
    () => window.matchMedia(query).matches,
  )
}
