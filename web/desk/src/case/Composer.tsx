import { useEffect, useRef, useState, type KeyboardEvent } from 'react'
import { Problem } from '../api/problem'
import type { ActionRequest, Outcome, Row } from '../api/types'
import { useCatalogue } from '../app/Catalogue'
import { emptyDraft, type Draft } from '../desk/drafts'
import { useDesk } from '../desk/services'
import { useStore } from '../desk/store'
import { useLanguage } from '../i18n/LanguageProvider'
import { useShortcuts } from '../keyboard/shortcuts'
import { Button } from '../ui/Button'
import { Field } from '../ui/Field'
import { Icon } from '../ui/Icon'
import { Select } from '../ui/Select'
import { isPublic, maxText, textLength, type WrittenCommand } from './commands'

interface ComposerProps {
  row: Row
  command: WrittenCommand
  /** Whether the case's present state allows the command; it may change while one writes. */
  allowed: boolean
  pending: boolean
  problem: Error | null
  onSend: (request: Omit<ActionRequest, 'expect'>) => void
  onClose: () => void
}

/** The number of characters left is shown from here on. */
const showLeft = 300

/** Writes the words of an action, and says who will read them. */
export function Composer({ row, command, allowed, pending, problem, onSend, onClose }: ComposerProps) {
  const { t, name } = useLanguage()
  const { drafts } = useDesk()
  const { queues, data } = useCatalogue()
  const draft = useStore(drafts)[row.case_number]?.[command] ?? emptyDraft
  const [checked, setChecked] = useState(false)
  const area = useRef<HTMLTextAreaElement>(null)
  const form = useRef<HTMLFormElement>(null)
  useShortcuts({ Escape: onClose })
  useEffect(() => {
    const first = command === 'transfer' || command === 'resolve' ? form.current?.querySelector('select') : area.current
    first?.focus()
  }, [command])

  const change = (part: Partial<Draft>) => { drafts.write(row.case_number, command, { ...draft, ...part }) }
  const length = textLength(draft.text)
  const need = {
    text: draft.text.trim() === '' ? t('compose.need.text') : length > maxText ? t('compose.need.shorter', { n: maxText }) : '',
    unit: command === 'transfer' && draft.unit === '' ? t('compose.need.unit') : '',
    outcome: command === 'resolve' && draft.outcome === '' ? t('compose.need.outcome') : '',
  }
  const said = problem instanceof Problem ? problem : null
  const wrong = (field: keyof typeof need) => (checked && need[field] !== '' ? need[field] : said?.about(field) ?? '')

  const send = () => {
    if (pending || !allowed) return
    setChecked(true)
    if (need.unit !== '' || need.outcome !== '') {
      form.current?.querySelector('select')?.focus()
      return
    }
    if (need.text !== '') {
      area.current?.focus()
      return
    }
    onSend({
      type: command,
      text: draft.text.trim(),
      ...(command === 'transfer' ? { unit: draft.unit } : {}),
      ...(command === 'resolve' && draft.outcome !== '' ? { outcome: draft.outcome } : {}),
    })
  }
  const keys = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
    event.preventDefault()
    send()
  }
  const left = maxText - length
  return (
    <form
      ref={form}
      className={`composer ${isPublic(command) ? 'public' : 'internal'}`}
      aria-labelledby="composer-title"
      onKeyDown={keys}
      onSubmit={(event) => { event.preventDefault(); send() }}
    >
      <div className="composer-head">
        <h2 id="composer-title">{t(`compose.${command}`)}</h2>
        <p className="reader">
          <Icon name={isPublic(command) ? 'message' : 'lock'} />
          {t(isPublic(command) ? 'compose.public' : 'compose.internal')}
        </p>
      </div>
      {command === 'transfer' && (
        <Select
          label={t('compose.unit')}
          value={draft.unit}
          placeholder={t('compose.unit.choose')}
          error={wrong('unit')}
          onChange={(unit) => { change({ unit }) }}
          options={queues.filter((unit) => unit.code !== row.unit).map((unit) => ({ value: unit.code, label: name(unit.name) }))}
        />
      )}
      {command === 'resolve' && (
        <Select<Outcome | ''>
          label={t('compose.outcome')}
          value={draft.outcome}
          placeholder={t('compose.outcome.choose')}
          error={wrong('outcome')}
          onChange={(outcome) => { change({ outcome }) }}
          options={data.outcomes.map((outcome) => ({ value: outcome, label: t(`outcome.${outcome}`) }))}
        />
      )}
      <Field label={t(`compose.text.${command}`)} long areaRef={area} value={draft.text} onChange={(text) => { change({ text }) }} error={wrong('text')} />
      <div className="composer-foot">
        <Button look="primary" type="submit" pending={pending} unavailable={!allowed} pendingText={t('command.pending')}>{t(`compose.send.${command}`)}</Button>
        <Button onClick={onClose}>{t('app.close')}</Button>
        <p className="quiet-text" role="status">
          {left < 0 ? t('compose.over', { n: -left }) : left < showLeft ? t('compose.left', { n: left }) : ''}
        </p>
        <p className="quiet-text hint">{t('compose.hint')}</p>
      </div>
    </form>
  )
}
