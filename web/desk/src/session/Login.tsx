import { useMutation } from '@tanstack/react-query'
import { useEffect, useRef, useState, type FormEvent } from 'react'
import { Problem } from '../api/problem'
import { keys } from '../api/queries'
import type { Me } from '../api/types'
import { LanguageButton } from '../app/LanguageButton'
import { useDesk } from '../desk/services'
import { useLanguage } from '../i18n/LanguageProvider'
import { Button } from '../ui/Button'
import { failureText } from '../ui/Failure'
import { Field } from '../ui/Field'

/** Asks who it is. After a session that ended it says so. */
export function Login(props: { ended: boolean }) {
  const { t } = useLanguage()
  const { client, queryClient } = useDesk()
  const [username, setUsername] = useState('')
  const [password, setPassword] = useState('')
  const [missing, setMissing] = useState(false)
  const form = useRef<HTMLFormElement>(null)
  const login = useMutation({
    mutationFn: () => client.post<Me>('/session', { username: username.trim(), password }),
    onSuccess: (me) => { queryClient.setQueryData(keys.session, me) },
    onError: () => { form.current?.querySelector<HTMLInputElement>('input[type=password]')?.focus() },
  })

  useEffect(() => { document.title = t('app.title', { page: t('login.title') }) }, [t])
  useEffect(() => { form.current?.querySelector('input')?.focus() }, [])

  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (login.isPending) return
    setMissing(username.trim() === '' || password === '')
    if (username.trim() !== '' && password !== '') login.mutate()
  }
  const bad = login.error instanceof Problem && login.error.code === 'bad_credentials'
  const error = missing ? t('login.missing') : bad ? t('login.bad') : login.isError ? failureText(login.error, t) : ''
  return (
    <main className="login">
      <form ref={form} onSubmit={submit} noValidate>
        <div className="login-head">
          <p className="brand">{t('app.name')} <span>{t('app.desk')}</span></p>
          <LanguageButton />
        </div>
        <h1>{t('login.title')}</h1>
        <p className="quiet-text">{props.ended ? t('login.ended') : t('login.intro')}</p>
        <div role="alert">{error !== '' && <p className="banner bad">{error}</p>}</div>
        <Field label={t('login.username')} name="username" value={username} onChange={setUsername} autoComplete="username" />
        <Field label={t('login.password')} name="password" type="password" value={password} onChange={setPassword} autoComplete="current-password" />
        <Button look="primary" type="submit" pending={login.isPending} pendingText={t('login.pending')}>{t('login.submit')}</Button>
      </form>
    </main>
  )
}
