import { describe, expect, it } from 'vitest'
import { formatsFor } from '../src/format/formats'
import { translator } from '../src/i18n/translate'

const vi = formatsFor('vi', translator('vi'))
const en = formatsFor('en', translator('en'))
const [minute, hour, day] = [60, 3600, 86_400]
/** A number and its unit stay on one line. */
const tied = (text: string) => text.replace(/(\d) /g, '$1\u00a0')

describe('durations', () => {
  it.each([
    [0.4, 'dưới 1 giây', 'under 1 s'],
    [1, '1 giây', '1 s'],
    [59.9, '59 giây', '59 s'],
    [minute, '1 phút', '1 min'],
    [3 * hour + 12 * minute + 40, '3 giờ 12 phút', '3 h 12 min'],
    [hour, '1 giờ', '1 h'],
    [day - 1, '23 giờ 59 phút', '23 h 59 min'],
    [2 * day + 4 * hour + 59 * minute, '2 ngày 4 giờ', '2 days 4 h'],
    [1000 * day, '1.000 ngày', '1,000 days'],
  ])('of %d seconds have two units at most', (seconds, vietnamese, english) => {
    expect([vi.duration(seconds), en.duration(seconds)]).toEqual([vietnamese, english].map(tied))
  })

  it('say since when in the reader’s words', () => {
    expect([vi.ago(3 * hour + 12 * minute), vi.ago(20), en.ago(day)]).toEqual(['3 giờ 12 phút trước', 'vừa xong', '1 day ago'].map(tied))
  })

  it('never run backwards when a clock is ahead', () => {
    expect([vi.waiting(-30), vi.duration(-30)]).toEqual(['dưới 1 phút', 'dưới 1 giây'].map(tied))
  })
})

it('shows times in An Giang, wherever the computer thinks it is', () => {
  expect(vi.dateTime('2026-11-23T17:30:00Z')).toBe('00:30 24/11/2026')
  expect(en.dateTime('2026-11-23T15:10:00Z')).toBe('22:10 23/11/2026')
})

it('writes coordinates so that they can be copied', () => {
  expect(vi.coordinates(10.38, 105.4352149)).toBe('10.38000, 105.43521')
})
