import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { keys } from '../api/queries'
import type { Role } from '../api/types'
import { useDesk, usePreferences } from '../desk/services'
import { themes } from '../desk/preferences'
import { useStore } from '../desk/store'
import { useLanguage } from '../i18n/LanguageProvider'
import type { PlainKey } from '../i18n/translate'
import { Link, useNavigation } from '../nav/address'
import { homeOf, type Route } from '../nav/routes'
import { useMe } from '../session/me'
import { Button, IconButton } from '../ui/Button'
import { failureText } from '../ui/Failure'
import { Icon } from '../ui/Icon'
import { useCatalogue } from './Catalogue'
import { LanguageButton } from './LanguageButton'

interface Entry { href: string; text: PlainKey; pages: readonly Route['page'][] }

const entries: Record<Role, readonly Entry[]> = {
  officer: [{ href: '/queue', text: 'nav.queue', pages: ['queue'] }],
  supervisor: [
    { href: '/queues', text: 'nav.queues', pages: ['queues'] },
    { href: '/queue', text: 'nav.cases', pages: ['queue'] },
    { href: '/figures', text: 'nav.figures', pages: ['figures', 'figureCases'] },
  ],
  admin: [{ href: '/accounts', text: 'nav.accounts', pages: ['accounts'] }],
}

/** The top of every page: where one is, who one is, and how it looks. */
export function Header(props: { page: Route['page']; onHelp: () => void }) {
  const { t } = useLanguage()
  const me = useMe()
  const catalogue = useCatalogue()
  const [open, setOpen] = useState(false)
  return (
    <header className="header">
      <p className="brand"><Link href={homeOf[me.role]}>{t('app.name')} <span>{t('app.desk')}</span></Link></p>
      <nav aria-label={t('nav.main')}>
        {entries[me.role].map((entry) => (
          <Link key={entry.href} href={entry.href} aria-current={entry.pages.includes(props.page) ? 'page' : undefined}>
            {t(entry.text)}
          </Link>
        ))}
      </nav>
      <button type="button" className="button quiet header-menu" aria-expanded={open} aria-controls="header-tools" onClick={() => { setOpen(!open) }}>
        <Icon name="menu" /><span>{t('app.menu')}</span>
      </button>
      <div id="header-tools" className="header-tools" data-open={open || undefined}>
        {me.role !== 'admin' && <ConnectionState />}
        <IconButton icon="keyboard" label={t('keys.show')} onClick={props.onHelp} />
        <ThemeSelect />
        <LanguageButton />
        <p className="who">
          <span>{me.name}</span>
          <span className="quiet-text">{t(`role.${me.role}`)} · {catalogue.unitShort(me.unit)}</span>
        </p>
        <Logout />
      </div>
    </header>
  )
}

function ConnectionState() {
  const { t } = useLanguage()
  const { feed } = useDesk()
  const connection = useStore(feed.connection)
  return <span className={`connection ${connection}`}>{t(`connection.${connection}`)}</span>
}

function ThemeSelect() {
  const { t } = useLanguage()
  const [{ theme }, change] = usePreferences()
  return (
    <select
      className="quiet-select"
      aria-label={t('app.theme')}
      title={t('app.theme')}
      value={theme}
      onChange={(event) => { change({ theme: themes.find((it) => it === event.currentTarget.value) ?? 'system' }) }}
    >
      {themes.map((it) => <option key={it} value={it}>{t(`app.theme.${it}`)}</option>)}
    </select>
  )
}

function Logout() {
  const { t } = useLanguage()
  const { go } = useNavigation()
  const { client, queryClient, announcer } = useDesk()
  const logout = useMutation({
    mutationFn: () => client.delete('/session'),
    onSuccess: () => {
      queryClient.setQueryData(keys.session, null)
      go('/')
    },
    onError: (error) => { announcer.say(failureText(error, t)) },
  })
  return <Button look="quiet" pending={logout.isPending} onClick={() => { logout.mutate() }}>{t('app.logout')}</Button>
}
