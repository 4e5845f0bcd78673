import type { ReactNode, Ref } from 'react'
import { FieldError } from 'react-aria-components/FieldError'
import { Input } from 'react-aria-components/Input'
import { Label } from 'react-aria-components/Label'
import { Text } from 'react-aria-components/Text'
import { TextArea } from 'react-aria-components/TextArea'
import { TextField } from 'react-aria-components/TextField'

interface FieldProps {
  label: string
  value: string
  onChange: (value: string) => void
  error?: string
  hint?: ReactNode
  name?: string
  type?: 'text' | 'password'
  autoComplete?: string
  /** Several lines. */
  long?: boolean
  inputRef?: Ref<HTMLInputElement>
  areaRef?: Ref<HTMLTextAreaElement>
}

/** A labelled text field with its hint and what is wrong with it. */
export function Field(props: FieldProps) {
  const error = props.error ?? ''
  return (
    <TextField
      className="field"
      value={props.value}
      onChange={props.onChange}
      isInvalid={error !== ''}
      validationBehavior="aria"
      type={props.type ?? 'text'}
      autoComplete={props.autoComplete ?? 'off'}
      {...(props.name === undefined ? {} : { name: props.name })}
    >
      <Label>{props.label}</Label>
      {props.long === true
        ? <TextArea rows={5} {...(props.areaRef === undefined ? {} : { ref: props.areaRef })} />
        : <Input spellCheck={false} autoCapitalize="none" {...(props.inputRef === undefined ? {} : { ref: props.inputRef })} />}
      {props.hint !== undefined && <Text slot="description" className="field-hint">{props.hint}</Text>}
      <FieldError className="field-error">{error}</FieldError>
    </TextField>
  )
}
