import { createContext, use } from 'react'
import type { Me } from '../api/types'

export const MeContext = createContext<Me | null>(null)

/** Who is logged in. */
export function useMe(): Me {
  const me = use(MeContext)
  if (me === null) throw new Error('useMe outside of a session')
  return me
}
