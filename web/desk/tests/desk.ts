import type { Case, CatalogueData, Me, Page, Row } from '../src/api/types'
import { createDesk, type Desk } from '../src/desk/services'

export const officer: Me = { username: 'lan', name: 'Nguyễn Thị Lan', role: 'officer', unit: '883' }
export const supervisor: Me = { username: 'binh', name: 'Phạm Văn Bình', role: 'supervisor', unit: '89' }

export const catalogue: CatalogueData = {
  jurisdiction: { name: { vi: 'Tỉnh An Giang', en: 'An Giang province' }, version: 'test/1', prefix: 'AG' },
  units: [
    { code: '883', kind: 'district', name: { vi: 'Công an thành phố Long Xuyên', en: 'Long Xuyên City Police' }, short: { vi: 'CA TP Long Xuyên', en: 'Long Xuyên' }, parent: '89', queue: true },
    { code: '884', kind: 'district', name: { vi: 'Công an thành phố Châu Đốc', en: 'Châu Đốc City Police' }, short: { vi: 'CA TP Châu Đốc', en: 'Châu Đốc' }, parent: '89', queue: true },
    { code: '89', kind: 'province', name: { vi: 'Công an tỉnh', en: 'Provincial Police' }, short: { vi: 'CA tỉnh', en: 'Province' }, parent: '', queue: false },
  ],
  districts: [{ code: '883', name: { vi: 'Thành phố Long Xuyên', en: 'Long Xuyên City' } }],
  communes: [{ code: '30280', name: { vi: 'Phường Mỹ Bình', en: 'Mỹ Bình Ward' }, district: '883' }],
  categories: [
    { code: 'theft', name: { vi: 'Trộm cắp', en: 'Theft' }, urgent: false },
    { code: 'robbery', name: { vi: 'Cướp giật', en: 'Robbery' }, urgent: true },
  ],
  outcomes: ['handled', 'unfounded', 'insufficient', 'duplicate', 'referred'],
}

/** A case of Long Xuyên; n tells cases apart and makes later ones younger. */
export function row(n: number, part: Partial<Row> = {}): Row {
  return {
    case_number: `AG-0000-0000-${String(n).padStart(4, '0')}`,
    category: 'theft', urgent: false, state: 'routed', unit: '883', district: '883', commune: '30280',
    ongoing: false, received_at: new Date(Date.UTC(2026, 10, 1, 0, n)).toISOString(),
    updated_at: new Date(Date.UTC(2026, 10, 1, 0, n)).toISOString(),
    assignee: null, unanswered: false, last: 1, outcome: null, transfers: 0, reopenings: 0, damaged: [], ...part,
  }
}

export function caseOf(row: Row, part: Partial<Case> = {}): Case {
  return {
    case: row,
    report: {
      narrative: 'Tôi để xe trước quán, quay ra không thấy xe nữa.',
      place: { district: '883', commune: '30280', address: '', point: null, unknown: false },
      occurred_at: null, ongoing: false, contact: null, language: 'vi', received_at: row.received_at,
    },
    actions: [], allowed: ['claim', 'note', 'transfer'], clocks: {}, ...part,
  }
}

export const page = (cases: Row[], part: Partial<Page> = {}): Page => ({ cases, next: null, total: cases.length, ...part })

export function json(body: unknown, status = 200): Response {
  const type = status < 400 ? 'application/json' : 'application/problem+json'
  return new Response(JSON.stringify(body), { status, headers: { 'Content-Type': type } })
}

export type Answer = (request: { method: string; path: string; body: unknown; headers: Headers }) => Response | Promise<Response>

/** A server of which a test says what it answers, and which pushes events. */
export interface FakeServer {
  fetch: typeof fetch
  asked: { method: string; path: string; body: unknown }[]
  push: (type: string, data: unknown) => void
  /** Ends all event streams, as a server that goes away. */
  hangUp: () => void
}

export function fakeServer(me: Me | null, answer: Answer): FakeServer {
  const streams = new Set<ReadableStreamDefaultController<Uint8Array>>()
  const asked: FakeServer['asked'] = []
  const reply: typeof fetch = async (input, init) => {
    const path = String(input).replace('/api/v1', '')
    const method = init?.method ?? 'GET'
    if (path === '/events') {
      return new Response(new ReadableStream<Uint8Array>({ start: (stream) => { streams.add(stream) } }))
    }
    const body: unknown = typeof init?.body === 'string' ? JSON.parse(init.body) : null
    asked.push({ method, path, body })
    await Promise.resolve()
    if (path === '/session' && method === 'GET') return me === null ? json({ code: 'not_logged_in' }, 401) : json(me)
    if (path === '/catalogue') return json(catalogue)
    return answer({ method, path, body, headers: new Headers(init?.headers) })
  }
  return {
    fetch: reply,
    asked,
    push: (type, data) => {
      const bytes = new TextEncoder().encode(`event: ${type}\ndata: ${JSON.stringify(data)}\n\n`)
      for (const stream of streams) stream.enqueue(bytes)
    },
    hangUp: () => {
      for (const stream of streams) stream.close()
      streams.clear()
    },
  }
}

export function deskOf(server: FakeServer): Desk {
  return createDesk({ fetch: server.fetch, storage: window.localStorage, now: Date.now, random: () => 0 })
}
