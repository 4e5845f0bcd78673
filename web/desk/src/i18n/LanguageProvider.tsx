import { createContext, use, useLayoutEffect, useMemo, type ReactNode } from 'react'
import type { Language, Text } from '../api/types'
import { formatsFor, type Formats } from '../format/formats'
import { translator, type Translate } from './translate'

interface Spoken {
  language: Language
  t: Translate
  /** Picks the language of a name that the server gave in both. */
  name: (text: Text) => string
  formats: Formats
}

const Context = createContext<Spoken | null>(null)

export function LanguageProvider(props: { language: Language; children: ReactNode }) {
  const { language } = props
  const spoken = useMemo(() => {
    const t = translator(language)
    return { language, t, name: (text: Text) => text[language], formats: formatsFor(language, t) }
  }, [language])
  useLayoutEffect(() => {
    document.documentElement.lang = language
  }, [language])
  return <Context value={spoken}>{props.children}</Context>
}

/** The language of the screen, its texts and its formats. */
export function useLanguage(): Spoken {
  const spoken = use(Context)
  if (spoken === null) throw new Error('useLanguage outside of LanguageProvider')
  return spoken
}
