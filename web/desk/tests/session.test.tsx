import { render, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, it } from 'vitest'
import { App } from '../src/app/App'
import { routeOf } from '../src/nav/routes'
import { caseOf, deskOf, fakeServer, json, officer, page, row } from './desk'

it('says the same about every wrong login and keeps the name', async () => {
  const server = fakeServer(null, () => json({ code: 'bad_credentials' }, 401))
  render(<App desk={deskOf(server)} />)
  const user = userEvent.setup()
  const username = await screen.findByRole<HTMLInputElement>('textbox', { name: 'Tên đăng nhập' })
  await user.type(username, 'lan')
  await user.type(screen.getByLabelText('Mật khẩu'), 'sai{Enter}')
  expect(await screen.findByText('Tên đăng nhập hoặc mật khẩu không đúng.')).toBeTruthy()
  expect(username.value).toBe('lan')
})

it('switches the language and remembers it', async () => {
  const server = fakeServer(null, () => json({}, 500))
  render(<App desk={deskOf(server)} />)
  await userEvent.setup().click(await screen.findByRole('button', { name: 'English' }))
  expect(screen.getByRole('heading', { name: 'Log in' })).toBeTruthy()
  expect(document.documentElement.lang).toBe('en')
  expect(deskOf(server).preferences.get().language).toBe('en')
})

it('asks to log in again when the session ends, and keeps the address', async () => {
  window.history.replaceState(null, '', `/cases/${row(1).case_number}`)
  const server = fakeServer(officer, ({ method, path }) => {
    if (method === 'POST') return json({ code: 'not_logged_in' }, 401)
    return json(path.startsWith('/queue?') ? page([row(1)]) : caseOf(row(1)))
  })
  render(<App desk={deskOf(server)} />)
  await userEvent.setup().click(await screen.findByRole('button', { name: 'Nhận vụ' }))
  expect(await screen.findByText(/Phiên làm việc đã kết thúc/)).toBeTruthy()
  await waitFor(() => { expect(window.location.pathname).toBe(`/cases/${row(1).case_number}`) })
})

it('offers each role its own pages only', () => {
  const page = (path: string, role: 'officer' | 'supervisor' | 'admin') => routeOf(path, '', role).page
  expect([page('/', 'officer'), page('/', 'supervisor'), page('/', 'admin')]).toEqual(['queue', 'queues', 'accounts'])
  expect([page('/figures', 'officer'), page('/accounts', 'supervisor'), page('/queue', 'admin')]).toEqual(['unknown', 'unknown', 'unknown'])
  expect(page('/cases/AG-1/more', 'officer')).toBe('unknown')
})
