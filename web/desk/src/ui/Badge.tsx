import type { ReactNode } from 'react'
import { Icon, type IconName } from './Icon'

/** A short mark that says in words what its colour stands for. */
export function Badge(props: { look: 'urgent' | 'new' | 'ongoing' | 'message' | 'public' | 'internal' | 'plain'; icon?: IconName; children: ReactNode }) {
  return (
    <span className={`badge ${props.look}`}>
      {props.icon !== undefined && <Icon name={props.icon} />}
      {props.children}
    </span>
  )
}
