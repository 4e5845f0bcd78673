import type { ReactNode } from 'react'

/** Lets a wide table scroll by itself, by keyboard too, and leaves the page in place. */
export function TableScroll(props: { label: string; children: ReactNode }) {
  return <div className="table-scroll" role="region" aria-label={props.label} tabIndex={0}>{props.children}</div>
}
