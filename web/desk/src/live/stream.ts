import { eventParser, type ServerEvent } from './sse'

/** What the officer must know about the connection. */
export type Connection = 'connecting' | 'live' | 'lost'

export interface StreamOptions {
  url: string
  fetch: typeof fetch
  /** A number from 0 to 1; spreads the reconnections of many desks. */
  random: () => number
  onEvent: (event: ServerEvent) => void
  onConnection: (connection: Connection) => void
  /** The stream was refused because nobody is logged in. It is not tried again. */
  onSignedOut: () => void
}

/** The server sends a comment every 15 s; after three missing ones it is gone. */
const silenceMs = 45_000
const longestDelayMs = 30_000

/** Milliseconds to wait before the nth attempt (1, 2, …) to connect again. */
export function backoff(attempt: number, random: number): number {
  return Math.min(longestDelayMs, 1000 * 2 ** (attempt - 1)) * (0.5 + random / 2)
}

/**
 * Follows a server-sent event stream until the returned function is called.
 * Unlike EventSource it notices a connection that is open but silent, backs
 * off, and tells a session that has ended from a server that is away.
 */
export function followStream(options: StreamOptions): () => void {
  const stop = new AbortController()
  let attempt = 0
  let wake = () => {}

  async function once(): Promise<'signed-out' | 'ended'> {
    const connection = new AbortController()
    const abort = () => { connection.abort() }
    stop.signal.addEventListener('abort', abort)
    let watchdog = setTimeout(abort, silenceMs)
    try {
      const response = await options.fetch(options.url, {
        headers: { Accept: 'text/event-stream' }, signal: connection.signal, cache: 'no-store',
      })
      if (response.status === 401) return 'signed-out'
      if (!response.ok || response.body === null) return 'ended'
      attempt = 0
      options.onConnection('live')
      const parse = eventParser(options.onEvent)
      const reader = response.body.getReader()
      const decoder = new TextDecoder()
      for (;;) {
        const { done, value } = await reader.read()
        if (done) return 'ended'
        clearTimeout(watchdog)
        watchdog = setTimeout(abort, silenceMs)
        parse(decoder.decode(value, { stream: true }))
      }
    } catch {
      return 'ended'
    } finally {
      clearTimeout(watchdog)
      stop.signal.removeEventListener('abort', abort)
      connection.abort()
    }
  }

  async function run() {
    while (!stop.signal.aborted) {
      const end = await once()
      if (stop.signal.aborted) return
      if (end === 'signed-out') {
        options.onSignedOut()
        return
      }
      options.onConnection('lost')
      attempt += 1
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, backoff(attempt, options.random()))
        wake = () => { clearTimeout(timer); resolve() }
      })
    }
  }

  // A laptop that wakes up or finds its network should not wait for the timer.
  const online = () => { wake() }
  window.addEventListener('online', online)
  options.onConnection('connecting')
  void run()
  return () => {
    window.removeEventListener('online', online)
    stop.abort()
    wake()
  }
}
