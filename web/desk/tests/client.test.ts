import { describe, expect, it, vi } from 'vitest'
import { createClient } from '../src/api/client'
import { Problem } from '../src/api/problem'
import { caseOf, json, row } from './desk'

function clientOf(answer: () => Promise<Response>) {
  const onSignedOut = vi.fn()
  const fetch = vi.fn(answer)
  const client = createClient({ fetch, language: () => 'en', onSignedOut, onServerTime: () => {} })
  return { client, fetch, onSignedOut }
}

const failureOf = (work: Promise<unknown>) => work.then(() => { throw new Error('did not fail') }, (problem: unknown) => problem as Problem)

describe('the API client', () => {
  it('asks for answers in the language of the screen', async () => {
    const { client, fetch } = clientOf(() => Promise.resolve(json({ queues: [] })))
    await client.get('/queues')
    const [, init] = fetch.mock.calls[0] as unknown as [string, RequestInit]
    expect(new Headers(init.headers).get('Accept-Language')).toBe('en')
  })

  it('turns problem+json into a Problem with its fields', async () => {
    const { client } = clientOf(() => Promise.resolve(json({
      title: 'Invalid', status: 422, code: 'invalid', errors: [{ field: 'text', code: 'missing', message: 'Enter a text.' }],
    }, 422)))
    const problem = await failureOf(client.post('/cases/x/actions', {}))
    expect(problem).toBeInstanceOf(Problem)
    expect([problem.status, problem.code, problem.about('text'), problem.about('unit')]).toEqual([422, 'invalid', 'Enter a text.', ''])
  })

  it('hands over the new state of the case on a conflict', async () => {
    const now = caseOf(row(1, { last: 4 }))
    const { client } = clientOf(() => Promise.resolve(json({ code: 'conflict', case: now }, 409)))
    expect((await failureOf(client.post('/cases/x/actions', {}))).case).toEqual(now)
  })

  it('survives an answer that is no problem', async () => {
    const { client } = clientOf(() => Promise.resolve(new Response('<h1>Bad gateway</h1>', { status: 502 })))
    expect((await failureOf(client.get('/queue'))).code).toBe('http_502')
  })

  it('tells a server that cannot be reached from one that refuses', async () => {
    const { client } = clientOf(() => Promise.reject(new TypeError('Failed to fetch')))
    expect(await failureOf(client.get('/queue'))).toMatchObject({ status: 0, code: 'offline' })
  })

  it('reports the end of the session, but not a wrong password', async () => {
    const ended = clientOf(() => Promise.resolve(json({ code: 'not_logged_in' }, 401)))
    await failureOf(ended.client.get('/queue'))
    expect(ended.onSignedOut).toHaveBeenCalledOnce()
    const wrong = clientOf(() => Promise.resolve(json({ code: 'bad_credentials' }, 401)))
    await failureOf(wrong.client.post('/session', {}))
    expect(wrong.onSignedOut).not.toHaveBeenCalled()
  })
})
