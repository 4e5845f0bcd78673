import { describe, expect, it } from 'vitest'
import { patchCase, patchGone, type QueueData } from '../src/live/patch'
import { everything } from '../src/queue/filters'
import { officer, page, row, supervisor } from './desk'

const loaded = (...pages: ReturnType<typeof page>[]): QueueData => ({ pages, pageParams: pages.map(() => '') })
const numbers = (data: QueueData) => data.pages.flatMap((p) => p.cases.map((r) => Number(r.case_number.slice(-4))))

describe('a live event in a loaded queue', () => {
  const queue = loaded(page([row(1), row(3)]))

  it('puts an arrival where its order says', () => {
    const { data, arrived } = patchCase(queue, row(2), everything, officer)
    expect([numbers(data), data.pages[0]?.total, arrived]).toEqual([[1, 2, 3], 3, true])
  })

  it('puts an urgent arrival first when urgent cases go first', () => {
    expect(numbers(patchCase(queue, row(9, { urgent: true }), everything, officer).data)).toEqual([9, 1, 3])
    expect(numbers(patchCase(queue, row(9, { urgent: true }), { ...everything, order: 'oldest' }, officer).data)).toEqual([1, 3, 9])
    expect(numbers(patchCase(queue, row(9), { ...everything, order: 'newest' }, officer).data)).toEqual([9, 1, 3])
  })

  it('changes a case in its place', () => {
    const { data, arrived } = patchCase(queue, row(1, { last: 2, state: 'claimed' }), everything, officer)
    expect([data.pages[0]?.cases[0]?.state, numbers(data), arrived]).toEqual(['claimed', [1, 3], false])
  })

  it('ignores a state older than the one it has', () => {
    const newer = loaded(page([row(1, { last: 5, state: 'claimed' })]))
    expect(patchCase(newer, row(1, { last: 4 }), everything, officer).data).toBe(newer)
  })

  it('takes out a case that the filters no longer match', () => {
    const { data } = patchCase(queue, row(1, { last: 2, state: 'resolved' }), everything, officer)
    expect([numbers(data), data.pages[0]?.total]).toEqual([[3], 1])
  })

  it('takes out a case that is gone', () => {
    expect(numbers(patchGone(queue, row(3).case_number).data)).toEqual([1])
  })

  it('keeps out what belongs to another unit', () => {
    expect(patchCase(queue, row(2, { unit: '884' }), everything, officer).data).toBe(queue)
    expect(numbers(patchCase(queue, row(2, { unit: '884' }), everything, supervisor).data)).toEqual([1, 2, 3])
  })

  it('does not load what lies beyond the loaded pages, but has it counted', () => {
    const part = loaded(page([row(1), row(3)], { next: 'more', total: 40 }))
    const { data, arrived, recount } = patchCase(part, row(9), everything, officer)
    expect([data, arrived, recount]).toEqual([part, false, true])
    expect(patchGone(part, row(9).case_number).recount).toBe(true)
    expect(patchGone(queue, row(9).case_number).recount).toBe(false)
  })

  it('keeps the total of all pages the same', () => {
    const two = loaded(page([row(1), row(2)], { next: 'x', total: 4 }), page([row(5), row(6)], { total: 4 }))
    const { data } = patchCase(two, row(3), everything, officer)
    expect([data.pages.map((p) => p.total), numbers(data)]).toEqual([[5, 5], [1, 2, 3, 5, 6]])
  })
})
