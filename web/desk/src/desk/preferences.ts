import type { Language } from '../api/types'
import { createStore, type Store } from './store'

export type Theme = 'system' | 'light' | 'dark'
export const themes: readonly Theme[] = ['system', 'light', 'dark']

/** What a person chose on this computer. */
export interface Preferences {
  language: Language
  theme: Theme
  /** Single-letter shortcuts; some people need them off (WCAG 2.1.4). */
  shortcuts: boolean
}

const storageKey = 'desk.preferences'

/** Reads the preferences, and writes them whenever they change. */
export function createPreferences(storage: Storage): Store<Preferences> {
  const store = createStore(read(storage))
  store.subscribe(() => {
    try {
      storage.setItem(storageKey, JSON.stringify(store.get()))
    } catch {
      // A full or forbidden storage costs a choice made again, nothing else.
    }
  })
  return store
}

function read(storage: Storage): Preferences {
  let saved: Partial<Record<keyof Preferences, unknown>> = {}
  try {
    const parsed: unknown = JSON.parse(storage.getItem(storageKey) ?? '{}')
    if (parsed !== null && typeof parsed === 'object') saved = parsed
  } catch {
    // What cannot be read is as if nothing had been chosen.
  }
  return {
    language: saved.language === 'en' ? 'en' : 'vi',
    theme: themes.find((theme) => theme === saved.theme) ?? 'system',
    shortcuts: saved.shortcuts !== false,
  }
}
