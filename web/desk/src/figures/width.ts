import { useSyncExternalStore } from 'react'

/** How much of the figures fits beside each other: all clocks, one of them, or not even that. */
export type Width = 'wide' | 'middle' | 'narrow'

const wide = '(min-width: 74rem)'
const narrow = '(max-width: 46rem)'

/** How wide the screen is for a table of figures. */
export function useWidth(): Width {
  return useSyncExternalStore(subscribe, () => (
    window.matchMedia(narrow).matches ? 'narrow' : window.matchMedia(wide).matches ? 'wide' : 'middle'
  ))
}

function subscribe(changed: () => void) {
  const media = [wide, narrow].map((query) => window.matchMedia(query))
  for (const it of media) it.addEventListener('change', changed)
  return () => { for (const it of media) it.removeEventListener('change', changed) }
}
