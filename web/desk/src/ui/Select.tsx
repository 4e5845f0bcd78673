import { useId, type Ref } from 'react'

interface SelectProps<T extends string> {
  label: string
  value: T
  options: readonly { value: T; label: string }[]
  onChange: (value: T) => void
  /** Shown first while nothing is chosen; '' is its value. */
  placeholder?: string
  error?: string
  disabled?: boolean
  ref?: Ref<HTMLSelectElement>
}

/**
 * A labelled choice. It is the browser's own select: it works on every device,
 * with every input and at every zoom, and it speaks the reader's language.
 */
export function Select<T extends string>(props: SelectProps<T>) {
  const id = useId()
  const wrong = props.error !== undefined && props.error !== ''
  return (
    <div className="field">
      <label htmlFor={id}>{props.label}</label>
      <select
        id={id}
        ref={props.ref}
        value={props.value}
        disabled={props.disabled}
        aria-invalid={wrong || undefined}
        aria-describedby={wrong ? `${id}-error` : undefined}
        onChange={(event) => { props.onChange(event.currentTarget.value as T) }}
      >
        {props.placeholder !== undefined && <option value="">{props.placeholder}</option>}
        {props.options.map((option) => (
          <option key={option.value} value={option.value}>{option.label}</option>
        ))}
      </select>
      {wrong && <p className="field-error" id={`${id}-error`}>{props.error}</p>}
    </div>
  )
}
