import { useId } from 'react'

interface SegmentsProps<T extends string> {
  label: string
  value: T
  options: readonly { value: T; label: string }[]
  onChange: (value: T) => void
}

/** A choice among a few, all visible: radio buttons drawn as one bar. */
export function Segments<T extends string>(props: SegmentsProps<T>) {
  const name = useId()
  return (
    <fieldset className="segments">
      <legend>{props.label}</legend>
      <div>
        {props.options.map((option) => (
          <label key={option.value}>
            <input
              type="radio"
              name={name}
              checked={option.value === props.value}
              onChange={() => { props.onChange(option.value) }}
            />
            <span>{option.label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
