import { act, render, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { describe, expect, it } from 'vitest'
import { App } from '../src/app/App'
import type { Row } from '../src/api/types'
import { caseOf, deskOf, fakeServer, json, officer, page, row } from './desk'

/** The desk of an officer whose queue is what cases holds at the time of asking. */
async function open(cases: () => Row[]) {
  const server = fakeServer(officer, ({ path }) => {
    if (path.startsWith('/queue?')) return json(page(cases()))
    const found = cases().find((it) => path === `/cases/${it.case_number}`)
    return found === undefined ? json({ code: 'not_found' }, 404) : json(caseOf(found))
  })
  render(<App desk={deskOf(server)} />)
  await screen.findByText('Trực tuyến')
  return server
}

const listed = () => within(screen.getByRole('list', { name: 'Danh sách vụ việc' })).getAllByRole('link').map((link) => link.dataset['case'])
const of = (...ns: number[]) => ns.map((n) => row(n).case_number)

describe('the queue on the screen', () => {
  it('shows an arrival without loading again, marks it as new and says so', async () => {
    const server = await open(() => [row(1), row(3)])
    await waitFor(() => { expect(listed()).toEqual(of(1, 3)) })
    const before = server.asked.filter((it) => it.path.startsWith('/queue?')).length
    act(() => { server.push('case', row(2, { category: 'robbery', district: '' })) })
    await waitFor(() => { expect(listed()).toEqual(of(1, 2, 3)) })
    expect(await screen.findByText('Vụ mới: Cướp giật, Phường Mỹ Bình, Thành phố Long Xuyên')).toBeTruthy()
    expect(screen.getByText('Mới')).toBeTruthy()
    expect(screen.getByText('3 vụ')).toBeTruthy()
    expect(server.asked.filter((it) => it.path.startsWith('/queue?')).length).toBe(before)
  })

  it('follows changes and departures', async () => {
    const server = await open(() => [row(1), row(2), row(3)])
    await waitFor(() => { expect(listed()).toEqual(of(1, 2, 3)) })
    act(() => {
      server.push('case', row(1, { last: 2, state: 'claimed', assignee: { username: 'hung', name: 'Trần Quốc Hùng' } }))
      server.push('gone', { case_number: row(3).case_number, unit: '883' })
    })
    await screen.findByText('Trần Quốc Hùng')
    expect(listed()).toEqual(of(1, 2))
    expect(screen.queryByText('Mới')).toBeNull()
  })

  it('loads again when the server asks for it', async () => {
    let cases = [row(1)]
    const server = await open(() => cases)
    await waitFor(() => { expect(listed()).toEqual(of(1)) })
    cases = [row(1), row(2)]
    act(() => { server.push('resync', {}) })
    await waitFor(() => { expect(listed()).toEqual(of(1, 2)) })
  })

  it('says that the connection is lost, comes back, and shows what it missed', async () => {
    let cases = [row(1)]
    const server = await open(() => cases)
    await waitFor(() => { expect(listed()).toEqual(of(1)) })
    cases = [row(1), row(2)]
    act(() => { server.hangUp() })
    await screen.findByText(/Danh sách có thể đã cũ/)
    window.dispatchEvent(new Event('online'))
    await waitFor(() => { expect(listed()).toEqual(of(1, 2)) })
    expect(screen.queryByText(/Danh sách có thể đã cũ/)).toBeNull()
    expect(await screen.findByText('Đã kết nối lại, danh sách đã được cập nhật.')).toBeTruthy()
  })

  it('does not call a colleague’s work new', async () => {
    window.history.replaceState(null, '', '/queue?state=claimed')
    const server = await open(() => [])
    act(() => { server.push('case', row(2, { last: 2, state: 'claimed', assignee: { username: 'hung', name: 'Trần Quốc Hùng' } })) })
    await screen.findByText('Trần Quốc Hùng')
    expect(screen.queryByText('Mới')).toBeNull()
  })

  it('keeps an arrival that overtakes an older answer', async () => {
    let release = () => {}
    let slow = false
    const server = fakeServer(officer, async () => {
      if (slow) await new Promise<void>((resolve) => { release = resolve })
      return json(page(slow ? [row(1), row(3)] : [row(1)]))
    })
    render(<App desk={deskOf(server)} />)
    await screen.findByText('Trực tuyến')
    await waitFor(() => { expect(listed()).toEqual(of(1)) })
    slow = true
    const asked = server.asked.length
    act(() => { server.push('resync', {}) })
    await waitFor(() => { expect(server.asked.length).toBeGreaterThan(asked) })
    act(() => { server.push('case', row(2)) })
    await waitFor(() => { expect(listed()).toEqual(of(1, 2)) })
    release()
    await waitFor(() => { expect(listed()).toEqual(of(1, 2, 3)) })
  })

  it('is walked with the keyboard, and opens with Enter', async () => {
    await open(() => [row(1), row(2), row(3)])
    await waitFor(() => { expect(listed()).toEqual(of(1, 2, 3)) })
    const user = userEvent.setup()
    await user.keyboard('jjjk')
    await waitFor(() => { expect((document.activeElement as HTMLElement).dataset['case']).toBe(row(2).case_number) })
    await user.keyboard('{Enter}')
    await waitFor(() => { expect(window.location.pathname).toBe(`/cases/${row(2).case_number}`) })
    await screen.findByText(/quay ra không thấy xe nữa/)
    await user.keyboard('{Escape}')
    expect(window.location.pathname).toBe('/queue')
  })
})
