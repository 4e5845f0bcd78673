import { cleanup } from '@testing-library/react'
import { afterEach, beforeEach } from 'vitest'

// The virtual list draws nothing in an element without a size, and the test
// environment lays nothing out.
const sizes = { clientHeight: 600, clientWidth: 500, offsetHeight: 60, offsetWidth: 500 }
for (const [name, pixels] of Object.entries(sizes)) {
  Object.defineProperty(HTMLElement.prototype, name, { get: () => pixels })
}

beforeEach(() => {
  window.localStorage.clear()
  window.history.replaceState(null, '', '/')
})
afterEach(cleanup)
