import { offline, Problem, problemOf } from './problem'
import type { Language } from './types'

/** Client speaks to the desk API; every failure is a Problem. */
export interface Client {
  get: <T>(path: string, signal?: AbortSignal) => Promise<T>
  post: <T>(path: string, body: unknown) => Promise<T>
  delete: (path: string) => Promise<void>
}

export interface ClientOptions {
  fetch: typeof fetch
  language: () => Language
  /** The server does not know the session (any more). */
  onSignedOut: () => void
  /** The server's time, from the Date header of an answer. */
  onServerTime: (ms: number) => void
}

/** Path of the API; the desk and its API are one origin. */
export const apiRoot = '/api/v1'

export function createClient(options: ClientOptions): Client {
  async function send(method: string, path: string, init: RequestInit): Promise<Response> {
    let response: Response
    try {
      response = await options.fetch(apiRoot + path, {
        ...init,
        method,
        credentials: 'same-origin',
        headers: { Accept: 'application/json', 'Accept-Language': options.language(), ...init.headers },
      })
    } catch (cause) {
      if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
      throw offline()
    }
    const date = Date.parse(response.headers.get('Date') ?? '')
    if (!Number.isNaN(date)) options.onServerTime(date)
    if (response.ok) return response
    const problem: Problem = await problemOf(response)
    if (problem.status === 401 && problem.code !== 'bad_credentials') options.onSignedOut()
    throw problem
  }

  return {
    async get<T>(path: string, signal?: AbortSignal) {
      const response = await send('GET', path, signal === undefined ? {} : { signal })
      return (await response.json()) as T
    },
    async post<T>(path: string, body: unknown) {
      const response = await send('POST', path, {
        body: JSON.stringify(body),
        headers: { 'Content-Type': 'application/json' },
      })
      return (await response.json()) as T
    },
    async delete(path: string) {
      await send('DELETE', path, {})
    },
  }
}
