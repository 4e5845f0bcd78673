import { createContext, use, useCallback, useEffect, useMemo, useState, type AnchorHTMLAttributes, type MouseEvent, type ReactNode, type Ref } from 'react'

/** Where the desk is: the browser's path and query. */
export interface Address { path: string; search: string }

interface Navigation {
  address: Address
  /** Goes to a path of the desk, which may have a query. */
  go: (to: string, how?: { replace?: boolean }) => void
}

const Context = createContext<Navigation | null>(null)

const here = (): Address => ({ path: window.location.pathname, search: window.location.search })

export function AddressProvider(props: { children: ReactNode }) {
  const [address, setAddress] = useState(here)
  useEffect(() => {
    const moved = () => { setAddress(here()) }
    window.addEventListener('popstate', moved)
    return () => { window.removeEventListener('popstate', moved) }
  }, [])
  const go = useCallback<Navigation['go']>((to, how) => {
    if (how?.replace === true) window.history.replaceState(null, '', to)
    else window.history.pushState(null, '', to)
    setAddress(here())
  }, [])
  const navigation = useMemo(() => ({ address, go }), [address, go])
  return <Context value={navigation}>{props.children}</Context>
}

export function useNavigation(): Navigation {
  const navigation = use(Context)
  if (navigation === null) throw new Error('useNavigation outside of AddressProvider')
  return navigation
}

type LinkProps = AnchorHTMLAttributes<HTMLAnchorElement> & { href: string; ref?: Ref<HTMLAnchorElement> }

/** A link inside the desk: it changes the page without loading it, except into another tab. */
export function Link({ href, onClick, ...rest }: LinkProps) {
  const { go } = useNavigation()
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event)
    const elsewhere = event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey
    if (event.defaultPrevented || elsewhere) return
    event.preventDefault()
    go(href)
  }
  return <a href={href} onClick={follow} {...rest} />
}
