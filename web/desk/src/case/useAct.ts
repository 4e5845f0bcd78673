import { useMutation, useQueryClient } from '@tanstack/react-query'
import { casePath, keys } from '../api/queries'
import { Problem } from '../api/problem'
import type { Action, ActionRequest, Case, Gone } from '../api/types'
import { useDesk } from '../desk/services'
import { useLanguage } from '../i18n/LanguageProvider'

/** Why an action was refused, and what happened to the case in between. */
export interface Refusal {
  problem: Problem
  /** The first action that the officer had not seen. */
  first: Action | null
}

interface Outcome {
  onDone: () => void
  onRefused: (refusal: Refusal) => void
  /** The case is no longer in the account's reach. */
  onLeft: () => void
}

/**
 * Sends an action and takes over the server's answer. Nothing changes on the
 * screen before the server has said so.
 */
export function useAct(caseNumber: string, outcome: Outcome) {
  const { t } = useLanguage()
  const { client, drafts, announcer } = useDesk()
  const queryClient = useQueryClient()
  return useMutation<Case | Gone, Error, ActionRequest>({
    mutationFn: (request) => client.post<Case | Gone>(`${casePath(caseNumber)}/actions`, request),
    onSuccess: (answer, request) => {
      drafts.discard(caseNumber, request.type)
      announcer.say(t(`done.${request.type}`, { number: caseNumber }))
      if ('gone' in answer) {
        queryClient.removeQueries({ queryKey: keys.case(caseNumber) })
        outcome.onLeft()
        return
      }
      queryClient.setQueryData(keys.case(caseNumber), answer)
      outcome.onDone()
    },
    onError: (error, request) => {
      const problem = error instanceof Problem ? error : new Problem(500, {})
      if (problem.case !== null) queryClient.setQueryData(keys.case(caseNumber), problem.case)
      if (problem.status === 404) void queryClient.invalidateQueries({ queryKey: keys.case(caseNumber) })
      const first = problem.case?.actions.find((action) => action.n > request.expect) ?? null
      outcome.onRefused({ problem, first })
    },
  })
}
