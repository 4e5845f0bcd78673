import type { ButtonHTMLAttributes, MouseEvent, ReactNode } from 'react'
import { Icon, type IconName } from './Icon'

type NativeProps = Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'children' | 'className' | 'style' | 'disabled'>

interface ButtonProps extends NativeProps {
  children: ReactNode
  look?: 'plain' | 'primary' | 'quiet'
  icon?: IconName
  /** The shortcut that does the same. */
  shortcut?: string
  /** Its action is on the way to the server. */
  pending?: boolean
  /** Shown instead of the text while pending. */
  pendingText?: string
  /** Cannot be used now. Like a pending one it keeps the focus, so that nobody loses their place. */
  unavailable?: boolean
}

/** A button with a text. */
export function Button({ children, look = 'plain', icon, shortcut, pending = false, pendingText, unavailable = false, onClick, ...rest }: ButtonProps) {
  const idle = pending || unavailable
  const click = (event: MouseEvent<HTMLButtonElement>) => {
    if (idle) event.preventDefault()
    else onClick?.(event)
  }
  return (
    <button type="button" className={`button ${look}`} aria-disabled={idle || undefined} aria-keyshortcuts={shortcut} data-pending={pending || undefined} onClick={click} {...rest}>
      {icon !== undefined && <Icon name={icon} />}
      <span>{pending && pendingText !== undefined ? pendingText : children}</span>
      {shortcut !== undefined && <kbd aria-hidden="true">{shortcut}</kbd>}
    </button>
  )
}

/** A button that is only a drawing; its label is read out, and shown under the pointer. */
export function IconButton({ icon, label, ...rest }: NativeProps & { icon: IconName; label: string }) {
  return (
    <button type="button" className="button quiet square" aria-label={label} title={label} {...rest}>
      <Icon name={icon} />
    </button>
  )
}
