import type { Language } from '../api/types'
import { en } from './en'
import type { Message } from './message'
import { vi } from './vi'

export type MessageKey = keyof typeof vi

type Placeholder<S> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Placeholder<Rest> : never

/** The values that a text needs: none, or one for each of its placeholders. */
export type Values<K extends MessageKey> = [Placeholder<(typeof vi)[K]>] extends [never]
  ? []
  : [values: Record<Placeholder<(typeof vi)[K]>, string | number>]

/** A text without placeholders. */
export type PlainKey = { [K in MessageKey]: Values<K> extends [] ? K : never }[MessageKey]

/** Translate returns a text of the catalogue with its placeholders filled. */
export type Translate = <K extends MessageKey>(key: K, ...values: Values<K>) => string

const catalogues: Record<Language, Record<MessageKey, Message>> = { vi, en }

/** Makes the Translate of a language. Numbers are written as the locale writes them. */
export function translator(language: Language): Translate {
  const numbers = new Intl.NumberFormat(localeOf(language))
  return (key, ...[values]) => {
    const message = catalogues[language][key]
    const all: Partial<Record<string, string | number>> = values ?? {}
    const form = typeof message === 'string' ? message : all['n'] === 1 ? message.one : message.other
    return form.replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = all[name]
      return value === undefined ? whole : typeof value === 'number' ? numbers.format(value) : value
    })
  }
}

/** Whether the catalogue has a plain text for a key made from a code of the server. */
export function isPlainKey(key: string): key is PlainKey {
  return Object.hasOwn(vi, key) && !vi[key as MessageKey].includes('{')
}

/** The BCP 47 tag by which Intl formats for a language. */
export function localeOf(language: Language): string {
  return language === 'vi' ? 'vi-VN' : 'en-GB'
}
