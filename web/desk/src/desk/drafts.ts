import type { Command, Outcome } from '../api/types'
import { createStore, type Store } from './store'

/** What an officer has written and not yet sent. */
export interface Draft { text: string; unit: string; outcome: Outcome | '' }

export const emptyDraft: Draft = { text: '', unit: '', outcome: '' }

type DraftsByCase = Readonly<Record<string, Partial<Record<Command, Draft>>>>

/**
 * Drafts keeps unsent texts in memory, per case and action, so that they
 * survive a look at another case and the end of a session, but never reach
 * the disk of a shared computer.
 */
export interface Drafts extends Pick<Store<DraftsByCase>, 'get' | 'subscribe'> {
  read: (caseNumber: string, command: Command) => Draft
  write: (caseNumber: string, command: Command, draft: Draft) => void
  discard: (caseNumber: string, command: Command) => void
  /** Somebody logged in: another person must not see what the last one wrote. */
  belongTo: (username: string) => void
}

export function createDrafts(): Drafts {
  const store = createStore<DraftsByCase>({})
  let owner = ''
  return {
    get: store.get,
    subscribe: store.subscribe,
    read: (caseNumber, command) => store.get()[caseNumber]?.[command] ?? emptyDraft,
    write: (caseNumber, command, draft) => {
      const all = store.get()
      store.set({ ...all, [caseNumber]: { ...all[caseNumber], [command]: draft } })
    },
    discard: (caseNumber, command) => {
      const { [caseNumber]: ofCase, ...others } = store.get()
      if (ofCase === undefined) return
      const { [command]: _, ...rest } = ofCase
      store.set(Object.keys(rest).length === 0 ? others : { ...others, [caseNumber]: rest })
    },
    belongTo: (username) => {
      if (owner !== '' && owner !== username) store.set({})
      owner = username
    },
  }
}

/** Whether anything has been written for a case. */
export function hasDraft(drafts: DraftsByCase, caseNumber: string): boolean {
  return Object.values(drafts[caseNumber] ?? {}).some((draft) => draft.text.trim() !== '')
}
