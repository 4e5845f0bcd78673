import { QueryClientProvider, useQuery } from '@tanstack/react-query'
import { useEffect, useLayoutEffect, useState } from 'react'
import { catalogueQuery, sessionQuery } from '../api/queries'
import type { Me } from '../api/types'
import { DeskContext, useDesk, usePreferences, type Desk } from '../desk/services'
import { LanguageProvider, useLanguage } from '../i18n/LanguageProvider'
import { ShortcutProvider } from '../keyboard/shortcuts'
import { AddressProvider } from '../nav/address'
import { Login } from '../session/Login'
import { MeContext } from '../session/me'
import { Failure } from '../ui/Failure'
import { CatalogueProvider } from './Catalogue'
import { Screens } from './Screens'

/** The whole desk. */
export function App({ desk }: { desk: Desk }) {
  return (
    <DeskContext value={desk}>
      <QueryClientProvider client={desk.queryClient}>
        <Preferred />
      </QueryClientProvider>
    </DeskContext>
  )
}

function Preferred() {
  const [{ language, theme, shortcuts }] = usePreferences()
  useLayoutEffect(() => {
    if (theme === 'system') delete document.documentElement.dataset['theme']
    else document.documentElement.dataset['theme'] = theme
  }, [theme])
  return (
    <LanguageProvider language={language}>
      <AddressProvider>
        <ShortcutProvider enabled={shortcuts}>
          <Session />
        </ShortcutProvider>
      </AddressProvider>
    </LanguageProvider>
  )
}

function Session() {
  const { client, queryClient, drafts } = useDesk()
  const session = useQuery(sessionQuery(client))
  const me = session.data
  const [hadSession, setHadSession] = useState(false)
  const username = me?.username
  useEffect(() => {
    if (username === undefined) return
    drafts.belongTo(username)
    setHadSession(true)
  }, [username, drafts])
  useEffect(() => {
    // What one person may see must not wait in memory for the next.
    if (me === null) queryClient.removeQueries({ predicate: (query) => query.queryKey[0] !== 'session' })
  }, [me, queryClient])

  if (session.isError) return <main><Failure error={session.error} onRetry={() => void session.refetch()} /></main>
  if (me === undefined) return <Loading />
  if (me === null) return <Login ended={hadSession} />
  return <SignedIn key={me.username} me={me} />
}

function SignedIn({ me }: { me: Me }) {
  const { client, feed } = useDesk()
  const catalogue = useQuery(catalogueQuery(client))
  const seesCases = me.role !== 'admin'
  useEffect(() => (seesCases ? feed.follow(me) : undefined), [feed, me, seesCases])
  if (catalogue.isError) return <main><Failure error={catalogue.error} onRetry={() => void catalogue.refetch()} /></main>
  if (catalogue.data === undefined) return <Loading />
  return (
    <MeContext value={me}>
      <CatalogueProvider data={catalogue.data}>
        <Screens />
      </CatalogueProvider>
    </MeContext>
  )
}

function Loading() {
  const { t } = useLanguage()
  return <main className="empty" aria-busy="true"><p>{t('app.loading')}</p></main>
}
