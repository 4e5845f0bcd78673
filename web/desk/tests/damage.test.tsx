import { render, screen } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import type { Case } from '../src/api/types'
import { App } from '../src/app/App'
import { patchCase } from '../src/live/patch'
import { everything } from '../src/queue/filters'
import { caseOf, deskOf, fakeServer, json, officer, page, row } from './desk'

function open(found: Case) {
  window.history.replaceState(null, '', `/cases/${found.case.case_number}`)
  const server = fakeServer(officer, ({ path }) => json(path.startsWith('/queue?') ? page([found.case]) : found))
  render(<App desk={deskOf(server)} />)
}

describe('a damaged case', () => {
  it('says that the report cannot be read, whom to ask, and what may still be done', async () => {
    const found = caseOf(row(1, { damaged: ['000000000001'], category: '' }))
    open({ ...found, report: { ...found.report, narrative: '' } })
    expect((await screen.findByText(/Không đọc được nội dung gốc/)).textContent).toContain('000000000001')
    expect(screen.queryByText('Người gửi')).toBeNull()
    expect(screen.getByRole('heading', { name: 'Chưa rõ lĩnh vực' })).toBeTruthy()
    expect(screen.getByRole('button', { name: 'Nhận vụ' })).toBeTruthy()
    expect(screen.getAllByText('Dữ liệu hỏng').length).toBe(2) // in the list and on the case
  })

  it('with a step that cannot be read is there to be seen, and nothing can be done', async () => {
    open(caseOf(row(1, { damaged: ['000000000001/2'] }), { allowed: [] }))
    expect((await screen.findByText(/Không đọc được một bước/)).textContent).toContain('000000000001/2')
    expect(screen.getByText(/quay ra không thấy xe/)).toBeTruthy()
    expect(screen.queryByRole('group', { name: 'Thao tác' })).toBeNull()
  })

  it('is shown as it is now when the damage put it back', () => {
    const data = { pages: [page([row(1, { last: 5 })])], pageParams: [''] }
    const back = row(1, { last: 2, damaged: ['000000000001/3'] })
    expect(patchCase(data, back, everything, officer).data.pages[0]?.cases[0]).toEqual(back)
    expect(patchCase(data, row(1, { last: 2 }), everything, officer).data).toBe(data)
  })
})
