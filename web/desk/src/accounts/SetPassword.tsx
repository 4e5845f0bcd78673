import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { Problem } from '../api/problem'
import { keys } from '../api/queries'
import type { User } from '../api/types'
import { useDesk } from '../desk/services'
import { useLanguage } from '../i18n/LanguageProvider'
import { Button } from '../ui/Button'
import { Dialog } from '../ui/Dialog'
import { failureText } from '../ui/Failure'
import { Field } from '../ui/Field'

/** Gives an account another password. */
export function SetPassword({ user, onClose }: { user: User; onClose: () => void }) {
  const { t } = useLanguage()
  const { client, announcer } = useDesk()
  const queryClient = useQueryClient()
  const [password, setPassword] = useState('')
  const [checked, setChecked] = useState(false)
  const save = useMutation({
    mutationFn: () => client.post<User>(`/users/${encodeURIComponent(user.username)}/actions`, { type: 'password', password }),
    onSuccess: async () => {
      announcer.say(t('accounts.said.password', { name: user.name }))
      onClose()
      await queryClient.invalidateQueries({ queryKey: keys.users })
    },
  })
  const problem = save.error instanceof Problem ? save.error : null
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setChecked(true)
    if (password !== '') save.mutate()
  }
  return (
    <Dialog title={t('accounts.setPassword.for', { name: user.name })} onClose={onClose}>
      <form className="stack" onSubmit={submit} noValidate>
        {save.isError && <p className="banner bad" role="alert">{failureText(save.error, t)}</p>}
        <Field
          label={t('accounts.password')} type="password" autoComplete="new-password" hint={t('accounts.password.hint')}
          value={password} onChange={setPassword}
          error={checked && password === '' ? t('accounts.need') : problem?.about('password') ?? ''}
        />
        <div className="dialog-foot">
          <Button look="primary" type="submit" pending={save.isPending} pendingText={t('command.pending')}>{t('accounts.save')}</Button>
          <Button onClick={onClose}>{t('app.cancel')}</Button>
        </div>
      </form>
    </Dialog>
  )
}
