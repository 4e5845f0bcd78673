import { render } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { describe, expect, it, vi } from 'vitest'
import { ShortcutProvider, useShortcuts, type Bindings } from '../src/keyboard/shortcuts'

function Bound({ bindings }: { bindings: Bindings }) {
  useShortcuts(bindings)
  return null
}

function setUp(bindings: Bindings, enabled = true, inner?: Bindings) {
  render(
    <ShortcutProvider enabled={enabled}>
      <Bound bindings={bindings} />
      {inner !== undefined && <Bound bindings={inner} />}
      <input aria-label="text" />
      <button type="button">button</button>
    </ShortcutProvider>,
  )
  return userEvent.setup()
}

describe('shortcuts', () => {
  it('fire for a key and for two in a row', async () => {
    const [j, gq, q] = [vi.fn(), vi.fn(), vi.fn()]
    const user = setUp({ j, 'g q': gq, q })
    await user.keyboard('jgqq')
    expect([j, gq, q].map((it) => it.mock.calls.length)).toEqual([1, 1, 1])
  })

  it('never fire while somebody types', async () => {
    const j = vi.fn()
    const user = setUp({ j })
    await user.click(document.querySelector('input')!)
    await user.keyboard('j')
    expect(j).not.toHaveBeenCalled()
  })

  it('let Escape leave a text', async () => {
    const Escape = vi.fn()
    const user = setUp({ Escape })
    await user.click(document.querySelector('input')!)
    await user.keyboard('{Escape}')
    expect(Escape).toHaveBeenCalledOnce()
  })

  it('leave the browser’s own shortcuts alone', async () => {
    const c = vi.fn()
    const user = setUp({ c })
    await user.keyboard('{Control>}c{/Control}')
    expect(c).not.toHaveBeenCalled()
  })

  it('leave Enter to a button with the focus', async () => {
    const Enter = vi.fn()
    const user = setUp({ Enter })
    await user.keyboard('{Enter}')
    document.querySelector('button')!.focus()
    await user.keyboard('{Enter}')
    expect(Enter).toHaveBeenCalledOnce()
  })

  it('belong to what opened last', async () => {
    const [outer, inner] = [vi.fn(), vi.fn()]
    const user = setUp({ Escape: outer }, true, { Escape: inner })
    await user.keyboard('{Escape}')
    expect([outer.mock.calls.length, inner.mock.calls.length]).toEqual([0, 1])
  })

  it('can be turned off, except Escape', async () => {
    const [c, Escape] = [vi.fn(), vi.fn()]
    const user = setUp({ c, Escape }, false)
    await user.keyboard('c{Escape}')
    expect([c.mock.calls.length, Escape.mock.calls.length]).toEqual([0, 1])
  })
})
