import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app/App'
import { createDesk } from './desk/services'
import './styles/tokens.css'
import './styles/base.css'
import './styles/controls.css'
import './styles/frame.css'
import './styles/queue.css'
import './styles/case.css'
import './styles/tables.css'

// React Aria adds a style element for touch unless one with this id exists;
// the content security policy would refuse it. The rule is in controls.css.
const touchRule = document.createElement('meta')
touchRule.id = 'react-aria-pressable-style'
document.head.append(touchRule)

const place = document.getElementById('desk')
if (place === null) throw new Error('index.html has no element with the id desk')
const desk = createDesk({
  fetch: window.fetch.bind(window),
  storage: window.localStorage,
  now: Date.now,
  random: Math.random,
})
createRoot(place).render(<StrictMode><App desk={desk} /></StrictMode>)
