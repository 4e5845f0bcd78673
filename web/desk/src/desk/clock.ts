/**
 * The desk's idea of now, in milliseconds. It follows the server: how long
 * somebody has waited must not depend on a wrong clock in an office.
 */
export interface DeskClock {
  /** The present moment. */
  now: () => number
  /** The last tick: what a screen shows as now, the same in all its parts. */
  get: () => number
  subscribe: (listener: () => void) => () => void
  /** Takes the server's time, which is exact to a second. */
  setServerTime: (ms: number) => void
}

/** How often waiting times are written anew; they show whole minutes. */
const tickMs = 5_000
/** Differences that a Date header cannot tell from a slow answer. */
const toleranceMs = 3_000

export function createClock(local: () => number): DeskClock {
  let offset = 0
  let shown = local()
  let timer: ReturnType<typeof setInterval> | undefined
  const listeners = new Set<() => void>()
  const now = () => local() + offset
  const tick = () => {
    shown = now()
    for (const listener of listeners) listener()
  }
  return {
    now,
    get: () => shown,
    subscribe: (listener) => {
      listeners.add(listener)
      timer ??= setInterval(tick, tickMs)
      return () => {
        listeners.delete(listener)
        if (listeners.size > 0) return
        clearInterval(timer)
        timer = undefined
      }
    },
    setServerTime: (ms) => {
      const difference = ms - local()
      const next = Math.abs(difference) > toleranceMs ? difference : 0
      if (Math.abs(next - offset) <= toleranceMs) return
      offset = next
      tick()
    },
  }
}
