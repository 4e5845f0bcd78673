import { act, render, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { describe, expect, it } from 'vitest'
import type { Action, Case } from '../src/api/types'
import { App } from '../src/app/App'
import { caseOf, deskOf, fakeServer, json, officer, page, row, type Answer } from './desk'

const claimedBy = (username: string, name: string): Action => ({
  n: 2, type: 'claimed', at: '2026-11-23T03:02:00Z', actor: { kind: 'staff', username, name, unit: '883' },
  unit: '', text: '', outcome: null, evidence: null,
})
const first = row(1)
const mine = caseOf(row(1, { last: 2, state: 'claimed', assignee: { username: 'lan', name: officer.name } }), {
  actions: [claimedBy('lan', officer.name)], allowed: ['release', 'reply', 'note', 'transfer', 'resolve'],
})
const theirs = caseOf(row(1, { last: 2, state: 'claimed', assignee: { username: 'hung', name: 'Trần Quốc Hùng' } }), {
  actions: [claimedBy('hung', 'Trần Quốc Hùng')], allowed: ['release', 'note', 'transfer'],
})

function open(found: Case, act: Answer) {
  window.history.replaceState(null, '', `/cases/${first.case_number}`)
  const server = fakeServer(officer, (request) => {
    if (request.method === 'POST') return act(request)
    if (request.path.startsWith('/queue?')) return json(page([found.case, row(2)]))
    return json(request.path.endsWith(first.case_number) ? found : caseOf(row(2)))
  })
  render(<App desk={deskOf(server)} />)
  return { server, user: userEvent.setup() }
}

describe('an action', () => {
  it('shows who was first when the case is already claimed', async () => {
    const { user } = open(caseOf(first), () => json({ code: 'conflict', case: theirs }, 409))
    await user.click(await screen.findByRole('button', { name: 'Nhận vụ' }))
    expect((await screen.findByRole('alert')).textContent).toContain('Trần Quốc Hùng, CA TP Long Xuyên đã nhận vụ này trước bạn, lúc 10:02.')
    expect(screen.queryByRole('button', { name: 'Nhận vụ' })).toBeNull()
  })

  it('keeps the text on a conflict, and sends it again with the new number', async () => {
    const answered: Action = { ...claimedBy('', ''), n: 3, type: 'answered', text: 'Em nhớ thêm biển số.', actor: { kind: 'resident', username: '', name: '', unit: '' } }
    const newer = { ...mine, case: { ...mine.case, last: 3, unanswered: true }, actions: [...mine.actions, answered] }
    const expected: unknown[] = []
    const { user } = open(mine, ({ body }) => {
      expected.push((body as { expect: number }).expect)
      return expected.length === 1
        ? json({ code: 'conflict', case: newer }, 409)
        : json({ ...newer, case: { ...newer.case, last: 4, unanswered: false } }, 201)
    })
    await user.click(await screen.findByRole('button', { name: 'Trả lời' }))
    const text = await screen.findByRole('textbox', { name: 'Lời nhắn gửi người dân' })
    await user.type(text, 'Chào bạn, chúng tôi đang xác minh.')
    await user.click(screen.getByRole('button', { name: 'Gửi cho người dân' }))
    expect((await screen.findByRole('alert')).textContent).toContain('Nội dung bạn viết vẫn còn nguyên.')
    expect((text as HTMLTextAreaElement).value).toBe('Chào bạn, chúng tôi đang xác minh.')
    expect(screen.getByText('Em nhớ thêm biển số.')).toBeTruthy()
    await user.click(screen.getByRole('button', { name: 'Gửi cho người dân' }))
    await waitFor(() => { expect(screen.queryByRole('textbox', { name: 'Lời nhắn gửi người dân' })).toBeNull() })
    expect(expected).toEqual([2, 3])
  })

  it('says what happened to the case while somebody writes', async () => {
    let found = mine
    window.history.replaceState(null, '', `/cases/${first.case_number}`)
    const server = fakeServer(officer, ({ path }) => json(path.startsWith('/queue?') ? page([found.case]) : found))
    render(<App desk={deskOf(server)} />)
    const user = userEvent.setup()
    await user.click(await screen.findByRole('button', { name: 'Trả lời' }))
    await user.type(await screen.findByRole('textbox'), 'Chào bạn')
    const words: Action = { ...claimedBy('', ''), n: 3, type: 'answered', text: 'Em tìm được xe rồi.', actor: { kind: 'resident', username: '', name: '', unit: '' } }
    found = { ...mine, case: { ...mine.case, last: 3, unanswered: true }, actions: [...mine.actions, words] }
    act(() => { server.push('case', found.case) })
    expect(await screen.findByText('Vụ vừa thay đổi: Người dân nhắn (Người dân, 10:02).')).toBeTruthy()
    expect((await screen.findByRole<HTMLTextAreaElement>('textbox')).value).toBe('Chào bạn')
  })

  it('keeps a draft while another case is read', async () => {
    const { user } = open(mine, () => json({}, 500))
    await user.click(await screen.findByRole('button', { name: 'Trả lời' }))
    await user.type(await screen.findByRole('textbox'), 'Chào bạn')
    await user.keyboard('{Escape}')
    await user.click(document.querySelector<HTMLElement>(`[data-case="${row(2).case_number}"]`)!)
    await screen.findByRole('button', { name: 'Nhận vụ' })
    expect(screen.getByText('Có bản nháp')).toBeTruthy()
    await user.click(document.querySelector<HTMLElement>(`[data-case="${first.case_number}"]`)!)
    await user.click(await screen.findByRole('button', { name: 'Trả lời' }))
    expect((await screen.findByRole<HTMLTextAreaElement>('textbox')).value).toBe('Chào bạn')
  })

  it('asks for the outcome before it resolves, and tells who will read the words', async () => {
    const { server, user } = open(mine, () => json({}, 500))
    await user.click(await screen.findByRole('button', { name: 'Kết thúc vụ' }))
    expect(screen.getByText('Người dân sẽ đọc nội dung này.')).toBeTruthy()
    await user.click(screen.getByRole('button', { name: 'Kết thúc và báo người dân' }))
    expect(screen.getByText('Chọn kết quả.')).toBeTruthy()
    expect(server.asked.some((it) => it.method === 'POST')).toBe(false)
  })

  it('leaves the case when a transfer takes it out of reach', async () => {
    const { user } = open(mine, () => json({ gone: true }, 201))
    await user.click(await screen.findByRole('button', { name: 'Chuyển đơn vị' }))
    expect(screen.queryByRole('option', { name: 'Công an thành phố Long Xuyên' })).toBeNull()
    await user.selectOptions(screen.getByRole('combobox', { name: 'Đơn vị nhận' }), '884')
    await user.type(screen.getByRole('textbox', { name: 'Lý do chuyển' }), 'Xảy ra ở Châu Đốc')
    await user.click(screen.getByRole('button', { name: 'Chuyển vụ' }))
    await waitFor(() => { expect(window.location.pathname).toBe('/queue') })
  })
})
