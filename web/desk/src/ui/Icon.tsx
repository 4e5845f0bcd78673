const paths = {
  urgent: 'M8 1.5 15 14H1L8 1.5Zm0 4.2v4M8 11.4v1',
  message: 'M2 3h12v8H7.5L4 14v-3H2V3Z',
  person: 'M8 8a3 3 0 1 0 0-6 3 3 0 0 0 0 6Zm-5.5 6c.6-2.8 2.7-4.2 5.5-4.2s4.9 1.4 5.5 4.2',
  lock: 'M3.5 7h9v7h-9V7Zm2-.2V4.5a2.5 2.5 0 0 1 5 0v2.3',
  close: 'M3.5 3.5l9 9m0-9-9 9',
  back: 'M10 3 5 8l5 5',
  copy: 'M5.5 5.5h8v8h-8v-8Zm-3 5v-8h8',
  keyboard: 'M1.5 4h13v8.5h-13V4Zm2.8 5.8h7.4M4.3 6.6h.9m2.3 0h.9m2.3 0h.9',
  up: 'M3 9.5 8 4.5l5 5',
  filter: 'M2 3.5h12M4.5 8h7M6.5 12.5h3',
  draft: 'M3 13l.8-3.2L11 2.6l2.4 2.4-7.2 7.2L3 13Z',
  menu: 'M2 4h12M2 8h12M2 12h12',
} as const

export type IconName = keyof typeof paths

/** A drawing beside a text. It says nothing by itself and is hidden from screen readers. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  )
}
