/**
 * Throttle runs a named task at most once per interval: at once if it has not
 * run lately, else when the interval is over. Failures are left to the next run.
 */
export interface Throttle {
  (name: string, task: () => Promise<unknown>): void
  stop: () => void
}

export function createThrottle(intervalMs: number): Throttle {
  const waiting = new Map<string, { timer: ReturnType<typeof setTimeout>; task: (() => Promise<unknown>) | null }>()

  function run(name: string, task: () => Promise<unknown>) {
    task().catch(() => {})
    const entry = {
      timer: setTimeout(() => {
        waiting.delete(name)
        if (entry.task !== null) run(name, entry.task)
      }, intervalMs),
      task: null as (() => Promise<unknown>) | null,
    }
    waiting.set(name, entry)
  }

  const throttle = (name: string, task: () => Promise<unknown>) => {
    const entry = waiting.get(name)
    if (entry === undefined) run(name, task)
    else entry.task = task
  }
  return Object.assign(throttle, {
    stop: () => {
      for (const { timer } of waiting.values()) clearTimeout(timer)
      waiting.clear()
    },
  })
}
