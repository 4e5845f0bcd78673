import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { en } from '../src/i18n/en'
import { isPlainKey, translator, type MessageKey } from '../src/i18n/translate'
import { vi } from '../src/i18n/vi'

const keys = Object.keys(vi) as MessageKey[]
const placeholders = (text: string) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort()
const forms = (key: MessageKey) => (typeof en[key] === 'string' ? [en[key]] : [en[key].one, en[key].other])

it('has every text in both languages, and none in only one', () => {
  expect(Object.keys(en).sort()).toEqual([...keys].sort())
  for (const key of keys) for (const text of [vi[key], ...forms(key)]) expect(text.trim(), key).not.toBe('')
})

it('fills the same placeholders in both languages', () => {
  for (const key of keys) expect(placeholders(forms(key).at(-1) ?? ''), key).toEqual(placeholders(vi[key]))
})

it('writes Vietnamese in composed letters', () => {
  for (const key of keys) expect(vi[key], key).toBe(vi[key].normalize('NFC'))
})

it('keeps no text that nothing shows', () => {
  const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && !file.startsWith('i18n'))
    .map((file) => readFileSync(join('src', file), 'utf8')).join('\n')
  // A key is written out, or made from a code: t(`state.${state}`).
  const unused = keys.filter((key) => {
    const stems = key.split('.').map((_, i, parts) => parts.slice(0, i).join('.')).filter((stem) => stem !== '')
    return !sources.includes(`'${key}'`) && !stems.some((stem) => sources.includes(`\`${stem}.\${`))
  })
  expect(unused).toEqual([])
})

it('counts as the language does', () => {
  expect(translator('en')('queue.total', { n: 1 })).toBe('1 case')
  expect(translator('en')('queue.total', { n: 2000 })).toBe('2,000 cases')
  expect(translator('vi')('queue.total', { n: 2000 })).toBe('2.000 vụ')
})

it('has words for every rule and reason of routing', () => {
  const rules = ['commune', 'district', 'category', 'duty_desk', 'failed']
  const reasons = ['no_commune', 'unknown_commune', 'unknown_district', 'commune_district_disagree', 'routing_failed']
  const codes = [...rules.map((rule) => `evidence.${rule}`), ...reasons.map((reason) => `reason.${reason}`)]
  expect(codes.filter((code) => !isPlainKey(code))).toEqual([])
})

it('places tone marks in Vietnamese as the public site does', () => {
  for (const key of keys) expect(vi[key], key).not.toMatch(/o[àáảãạèéẻẽẹ](?!\p{L})|u[ỳýỷỹỵ](?!\p{L})(?<!qu.)/u)
})
