import { createContext, use, useEffect, useRef, type ReactNode } from 'react'

/** Keys to what they do. A key is one character, a named key, or two in a row as in "g q". */
export type Bindings = Readonly<Record<string, () => void>>

type Register = (bindings: { current: Bindings }) => () => void

const Context = createContext<Register | null>(null)

/** Time for the second key of two in a row, in milliseconds. */
const sequenceMs = 1500

/**
 * Listens to the keyboard for all shortcuts below it. Nothing fires while
 * somebody types, holds a modifier, or has a dialog open. With enabled false
 * only Escape works: single letters disturb people who speak to their computer.
 */
export function ShortcutProvider(props: { enabled: boolean; children: ReactNode }) {
  const layers = useRef<{ current: Bindings }[]>([])
  const enabled = useRef(props.enabled)
  useEffect(() => { enabled.current = props.enabled }, [props.enabled])

  useEffect(() => {
    let first = ''
    let at = 0
    const press = (event: KeyboardEvent) => {
      if (!fires(event) || (!enabled.current && event.key !== 'Escape')) return
      const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
      const sequence = first !== '' && event.timeStamp - at < sequenceMs ? `${first} ${key}` : ''
      const binding = find(layers.current, sequence) ?? find(layers.current, key)
      first = key
      at = event.timeStamp
      if (binding === undefined) return
      first = ''
      event.preventDefault()
      binding()
    }
    window.addEventListener('keydown', press)
    return () => { window.removeEventListener('keydown', press) }
  }, [])

  const register = useRef<Register>((bindings) => {
    layers.current.push(bindings)
    return () => { layers.current = layers.current.filter((layer) => layer !== bindings) }
  })
  return <Context value={register.current}>{props.children}</Context>
}

/** Adds shortcuts while the component is on the screen; the latest added win. */
export function useShortcuts(bindings: Bindings): void {
  const register = use(Context)
  if (register === null) throw new Error('useShortcuts outside of ShortcutProvider')
  const current = useRef(bindings)
  useEffect(() => { current.current = bindings })
  useEffect(() => register(current), [register])
}

function find(layers: readonly { current: Bindings }[], key: string): (() => void) | undefined {
  return layers.findLast((layer) => Object.hasOwn(layer.current, key))?.current[key]
}

function fires(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return false
  if (document.querySelector('[role=dialog], [role=alertdialog]') !== null) return false
  const target = event.target
  if (!(target instanceof HTMLElement)) return true
  // Enter belongs to the link or button that has the focus.
  if (event.key === 'Enter' && target.closest('a, button, summary') !== null) return false
  // Escape leaves a text as well; letters belong to it.
  return event.key === 'Escape' || !(target.isContentEditable || target.matches('input, textarea, select'))
}
