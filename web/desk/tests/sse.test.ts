import { expect, it } from 'vitest'
import { eventParser, type ServerEvent } from '../src/live/sse'
import { backoff } from '../src/live/stream'

function parsed(...pieces: string[]): ServerEvent[] {
  const events: ServerEvent[] = []
  const parse = eventParser((event) => events.push(event))
  pieces.forEach(parse)
  return events
}

it('reads events however they are cut into pieces', () => {
  const text = 'event: case\ndata: {"a":1}\n\n: heartbeat\n\nevent: gone\r\ndata: x\r\ndata: y\r\n\r\n'
  const expected = [{ type: 'case', data: '{"a":1}' }, { type: 'gone', data: 'x\ny' }]
  for (let at = 0; at <= text.length; at++) expect(parsed(text.slice(0, at), text.slice(at))).toEqual(expected)
  expect(parsed(...text)).toEqual(expected)
})

it('leaves out an event that was cut off', () => {
  expect(parsed('event: case\ndata: {"a"')).toEqual([])
})

it('waits longer after each failure, up to half a minute, and never in step with others', () => {
  expect([1, 2, 3, 4, 9].map((attempt) => backoff(attempt, 1))).toEqual([1000, 2000, 4000, 8000, 30_000])
  expect(backoff(3, 0)).toBe(2000)
})
