import { render, screen, within } from '@testing-library/react'
import { expect, it, vi } from 'vitest'
import type { ClockFigures, Figures, Line } from '../src/api/types'
import { App } from '../src/app/App'
import { deskOf, fakeServer, json, supervisor } from './desk'

const never = (running: number): ClockFigures => ({ n: 0, running, p50: null, p90: null, late: 0 })
const measured: ClockFigures = { n: 3, running: 1, p50: 7200, p90: 93_600, late: 1 }
const line = (received: number, clock: ClockFigures): Line => ({
  received, open: clock.running, clocks: { acknowledge: clock, reply: clock, resolve: clock },
})
const figures: Figures = {
  days: 30, as_of: '2026-11-23T00:00:00Z', since: '2026-10-24T00:00:00Z',
  all: line(42, measured),
  by_unit: [{ unit: '883', ...line(38, never(38)) }, { unit: '884', ...line(4, measured) }],
  by_category: [],
}

/** Opens the figures on a screen of which a test says what media queries match. */
async function open(matches: (query: string) => boolean) {
  vi.spyOn(window, 'matchMedia').mockImplementation((query) => Object.assign(new EventTarget(), {
    matches: matches(query), media: query, onchange: null, addListener: () => {}, removeListener: () => {},
  }))
  window.history.replaceState(null, '', '/figures?days=30')
  render(<App desk={deskOf(fakeServer(supervisor, () => json(figures)))} />)
  await screen.findByRole('heading', { name: 'Theo đơn vị' })
}

it('says that a unit answered nobody, and links to those who wait', async () => {
  await open((query) => query.includes('min-width'))
  const worst = within(screen.getByRole('row', { name: /CA TP Long Xuyên/ }))
  expect(worst.getAllByText('chưa vụ nào')).toHaveLength(3)
  const waiting = worst.getByRole('link', { name: 'Tiếp nhận, Đang chờ, CA TP Long Xuyên: 38' })
  expect(waiting.getAttribute('href')).toBe('/figures/cases?days=30&clock=acknowledge&set=running&unit=883')
  const other = within(screen.getByRole('row', { name: /CA TP Châu Đốc/ }))
  expect(other.queryByText('chưa vụ nào')).toBeNull()
  expect(other.getByRole('link', { name: 'Giải quyết, Trễ hơn, CA TP Châu Đốc: 1' })).toBeTruthy()
})

it('shows every clock of a unit on a narrow screen as well', async () => {
  await open((query) => query.includes('max-width'))
  const card = within(screen.getByRole('table', { name: 'CA TP Long Xuyên' }))
  for (const clock of ['Tiếp nhận', 'Trả lời đầu tiên', 'Giải quyết']) {
    expect(within(card.getByRole('row', { name: new RegExp(`^${clock}`) })).getByText('chưa vụ nào')).toBeTruthy()
  }
})
