import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { hasDraft } from '../desk/drafts'
import { useDesk } from '../desk/services'
import { useLanguage } from '../i18n/LanguageProvider'
import { ShortcutHelp } from '../keyboard/ShortcutHelp'
import { useShortcuts } from '../keyboard/shortcuts'
import { Link, useNavigation } from '../nav/address'
import { homeOf, routeOf, type Route } from '../nav/routes'
import { QueueScreen } from '../queue/QueueScreen'
import { useMe } from '../session/me'
import { ConnectionBanner } from './ConnectionBanner'
import { Header } from './Header'
import { Notices } from './Notices'

const Overview = lazy(() => import('../overview/Overview'))
const FiguresScreen = lazy(() => import('../figures/FiguresScreen'))
const FigureCasesScreen = lazy(() => import('../figures/FigureCasesScreen'))
const AccountsScreen = lazy(() => import('../accounts/AccountsScreen'))

/** The page of the present address within the frame that all pages share. */
export function Screens() {
  const me = useMe()
  const { t } = useLanguage()
  const { address, go } = useNavigation()
  const [help, setHelp] = useState(false)
  const route = routeOf(address.path, address.search, me.role)
  useShortcuts({
    '?': () => { setHelp(true) },
    'g q': () => { if (me.role !== 'admin') go('/queue') },
    'g f': () => { if (me.role === 'supervisor') go('/figures') },
  })
  useFocusOnNewPage(route.page)
  useGuardedDrafts()
  return (
    <div className="app">
      <a className="skip" href="#content">{t('app.skip')}</a>
      <Header page={route.page} onHelp={() => { setHelp(true) }} />
      <ConnectionBanner />
      <Suspense fallback={<main id="content" className="empty" aria-busy="true"><p>{t('app.loading')}</p></main>}>
        <Page route={route} />
      </Suspense>
      <Notices />
      {help && <ShortcutHelp onClose={() => { setHelp(false) }} />}
    </div>
  )
}

function Page({ route }: { route: Route }) {
  switch (route.page) {
    case 'queue': return <QueueScreen filters={route.filters} caseNumber={route.caseNumber} />
    case 'queues': return <Overview />
    case 'figures': return <FiguresScreen days={route.days} />
    case 'figureCases': return <FigureCasesScreen choice={route.choice} />
    case 'accounts': return <AccountsScreen />
    case 'unknown': return <NotFound />
  }
}

function NotFound() {
  const { t } = useLanguage()
  const me = useMe()
  return (
    <main id="content" className="empty" tabIndex={-1}>
      <h1>{t('app.notFound')}</h1>
      <p>{t('app.notFound.text')}</p>
      <p><Link href={homeOf[me.role]}>{t('app.toStart')}</Link></p>
    </main>
  )
}

/** A change of page puts the focus where the new page begins, as loading it would. */
function useFocusOnNewPage(page: Route['page']) {
  const before = useRef(page)
  useEffect(() => {
    if (before.current === page) return
    before.current = page
    document.getElementById('content')?.focus()
  }, [page])
}

/** Whoever closes the window with something unsent is asked once more. */
function useGuardedDrafts() {
  const { drafts } = useDesk()
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => {
      if (Object.keys(drafts.get()).some((caseNumber) => hasDraft(drafts.get(), caseNumber))) event.preventDefault()
    }
    window.addEventListener('beforeunload', ask)
    return () => { window.removeEventListener('beforeunload', ask) }
  }, [drafts])
}
