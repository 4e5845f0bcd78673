import type { Action } from '../api/types'
import { useLanguage } from '../i18n/LanguageProvider'
import { failureText } from '../ui/Failure'
import { useActionText } from './actionText'
import type { Refusal } from './useAct'

/** Says why an action did not happen, who was first, and that nothing written is lost. */
export function Conflict({ refusal, keptText }: { refusal: Refusal; keptText: boolean }) {
  const { t, formats } = useLanguage()
  const { what, who } = useActionText()
  const { problem, first } = refusal
  const state = problem.case === null ? null : t(`state.${problem.case.case.state}`)
  const sentences: string[] = []
  if (first !== null) {
    const values = { who: who(first), time: formats.time(first.at) }
    sentences.push(first.type === 'claimed' ? t('conflict.claimed', values) : t('conflict.other', { ...values, what: what(first) }))
  } else if (problem.code === 'conflict' && state !== null) sentences.push(t('conflict.unknown', { state }))
  if (problem.code === 'not_allowed' && state !== null) sentences.push(t('conflict.notAllowed', { state }))
  if (sentences.length === 0) sentences.push(failureText(problem, t))
  if (keptText) sentences.push(t('conflict.kept'))
  return <p className="banner warn" role="alert">{sentences.join(' ')}</p>
}

/** Says what happened to a case while somebody writes about it. */
export function Meanwhile({ action }: { action: Action }) {
  const { t, formats } = useLanguage()
  const { what, who } = useActionText()
  return (
    <p className="banner warn" role="status">
      {t('conflict.other', { what: what(action), who: who(action), time: formats.time(action.at) })}
    </p>
  )
}
