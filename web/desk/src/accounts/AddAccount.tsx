import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef, useState, type FormEvent } from 'react'
import { Problem } from '../api/problem'
import { keys } from '../api/queries'
import type { Role, User } from '../api/types'
import { useCatalogue } from '../app/Catalogue'
import { useDesk } from '../desk/services'
import { useLanguage } from '../i18n/LanguageProvider'
import { Button } from '../ui/Button'
import { Dialog } from '../ui/Dialog'
import { failureText } from '../ui/Failure'
import { Field } from '../ui/Field'
import { Select } from '../ui/Select'

const roles: readonly Role[] = ['officer', 'supervisor', 'admin']

/** Creates an account. */
export function AddAccount({ onClose }: { onClose: () => void }) {
  const { t, name } = useLanguage()
  const { client, announcer } = useDesk()
  const queryClient = useQueryClient()
  const { data } = useCatalogue()
  const [values, setValues] = useState({ username: '', name: '', role: 'officer' as Role, unit: '', password: '' })
  const [checked, setChecked] = useState(false)
  const form = useRef<HTMLFormElement>(null)
  const set = (part: Partial<typeof values>) => { setValues({ ...values, ...part }) }
  const add = useMutation({
    mutationFn: () => client.post<User>('/users', { ...values, username: values.username.trim(), name: values.name.trim() }),
    onSuccess: async () => {
      announcer.say(t('accounts.said.added', { name: values.name.trim() }))
      onClose()
      await queryClient.invalidateQueries({ queryKey: keys.users })
    },
  })
  const problem = add.error instanceof Problem ? add.error : null
  const wrong = (field: keyof typeof values) =>
    checked && values[field].trim() === '' ? t('accounts.need') : problem?.about(field) ?? ''

  const submit = (event: FormEvent) => {
    event.preventDefault()
    setChecked(true)
    const missing = (['name', 'username', 'unit', 'password'] as const).some((field) => values[field].trim() === '')
    if (!missing) {
      add.mutate()
      return
    }
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus())
  }
  return (
    <Dialog title={t('accounts.add')} onClose={onClose}>
      <form ref={form} className="stack" onSubmit={submit} noValidate>
        {add.isError && <p className="banner bad" role="alert">{failureText(add.error, t)}</p>}
        <Field label={t('accounts.name')} value={values.name} onChange={(it) => { set({ name: it }) }} error={wrong('name')} />
        <Field label={t('accounts.username')} value={values.username} onChange={(it) => { set({ username: it }) }} error={wrong('username')} />
        <Select label={t('accounts.role')} value={values.role} onChange={(role) => { set({ role }) }} options={roles.map((role) => ({ value: role, label: t(`role.${role}`) }))} />
        <Select
          label={t('accounts.unit')}
          value={values.unit}
          placeholder={t('accounts.unit.choose')}
          onChange={(unit) => { set({ unit }) }}
          error={wrong('unit')}
          options={data.units.map((unit) => ({ value: unit.code, label: name(unit.name) }))}
        />
        <Field
          label={t('accounts.password')} type="password" autoComplete="new-password" hint={t('accounts.password.hint')}
          value={values.password} onChange={(it) => { set({ password: it }) }} error={wrong('password')}
        />
        <div className="dialog-foot">
          <Button look="primary" type="submit" pending={add.isPending} pendingText={t('command.pending')}>{t('accounts.create')}</Button>
          <Button onClick={onClose}>{t('app.cancel')}</Button>
        </div>
      </form>
    </Dialog>
  )
}
