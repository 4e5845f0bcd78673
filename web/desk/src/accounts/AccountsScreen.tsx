import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { keys, usersQuery } from '../api/queries'
import type { User } from '../api/types'
import { useCatalogue } from '../app/Catalogue'
import { useDesk } from '../desk/services'
import { useLanguage } from '../i18n/LanguageProvider'
import { useMe } from '../session/me'
import { Button } from '../ui/Button'
import { Failure, failureText } from '../ui/Failure'
import { TableScroll } from '../ui/TableScroll'
import { AddAccount } from './AddAccount'
import { SetPassword } from './SetPassword'

type Open = { dialog: 'add' } | { dialog: 'password'; user: User } | null

/** Who may use the desk. */
export default function AccountsScreen() {
  const { t } = useLanguage()
  const { client } = useDesk()
  const users = useQuery(usersQuery(client))
  const [open, setOpen] = useState<Open>(null)
  const close = () => { setOpen(null) }
  useEffect(() => { document.title = t('app.title', { page: t('accounts.title') }) }, [t])
  return (
    <main id="content" className="page" tabIndex={-1}>
      <div className="page-head">
        <h1>{t('accounts.title')}</h1>
        <Button look="primary" onClick={() => { setOpen({ dialog: 'add' }) }}>{t('accounts.add')}</Button>
      </div>
      <p className="quiet-text">{t('accounts.intro')}</p>
      {users.isError && users.data === undefined
        ? <Failure error={users.error} onRetry={() => void users.refetch()} />
        : users.data === undefined
          ? <p className="empty">{t('app.loading')}</p>
          : <Table users={users.data} onPassword={(user) => { setOpen({ dialog: 'password', user }) }} />}
      {open?.dialog === 'add' && <AddAccount onClose={close} />}
      {open?.dialog === 'password' && <SetPassword user={open.user} onClose={close} />}
    </main>
  )
}

function Table(props: { users: readonly User[]; onPassword: (user: User) => void }) {
  const { t, formats } = useLanguage()
  const { unitShort } = useCatalogue()
  return (
    <TableScroll label={t('accounts.title')}>
      <table className="figures stacked accounts">
        <thead>
          <tr>
            {(['name', 'username', 'role', 'unit', 'state', 'changed', 'actions'] as const).map((column) => (
              <th key={column} scope="col">{t(`accounts.${column}`)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.users.map((user) => (
            <tr key={user.username} data-disabled={user.disabled || undefined}>
              <th scope="row">{user.name}</th>
              <td data-label={t('accounts.username')}>{user.username}</td>
              <td data-label={t('accounts.role')}>{t(`role.${user.role}`)}</td>
              <td data-label={t('accounts.unit')}>{unitShort(user.unit)}</td>
              <td data-label={t('accounts.state')}>{t(user.disabled ? 'accounts.state.disabled' : 'accounts.state.active')}</td>
              <td data-label={t('accounts.changed')}>{formats.dateTime(user.changed_at)}</td>
              <td className="wide">
                <div className="row-actions">
                  <Button aria-label={t('accounts.setPassword.for', { name: user.name })} onClick={() => { props.onPassword(user) }}>
                    {t('accounts.setPassword')}
                  </Button>
                  <DisableButton user={user} />
                </div>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableScroll>
  )
}

/** Disabling is undone by the same button, so it asks nothing first. */
function DisableButton({ user }: { user: User }) {
  const { t } = useLanguage()
  const { client, announcer } = useDesk()
  const queryClient = useQueryClient()
  const me = useMe()
  const change = useMutation({
    mutationFn: () => client.post<User>(`/users/${encodeURIComponent(user.username)}/actions`, { type: user.disabled ? 'enable' : 'disable' }),
    onSuccess: () => {
      announcer.say(t(user.disabled ? 'accounts.said.enabled' : 'accounts.said.disabled', { name: user.name }))
      return queryClient.invalidateQueries({ queryKey: keys.users })
    },
    onError: (error) => { announcer.say(failureText(error, t)) },
  })
  // An administrator who disabled their own account could not undo it.
  if (user.username === me.username) return null
  return (
    <Button
      pending={change.isPending}
      aria-label={t(user.disabled ? 'accounts.enable.for' : 'accounts.disable.for', { name: user.name })}
      onClick={() => { change.mutate() }}
    >
      {t(user.disabled ? 'accounts.enable' : 'accounts.disable')}
    </Button>
  )
}
