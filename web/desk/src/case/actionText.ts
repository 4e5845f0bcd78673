import type { Action } from '../api/types'
import { useCatalogue } from '../app/Catalogue'
import { useLanguage } from '../i18n/LanguageProvider'

/** Puts what happened, and who did it, into words. */
export function useActionText() {
  const { t } = useLanguage()
  const { unit, unitShort } = useCatalogue()
  return {
    what: (action: Action): string => {
      switch (action.type) {
        case 'routed': return t('action.routed', { unit: unit(action.unit) })
        case 'transferred': return t('action.transferred', { unit: unit(action.unit) })
        case 'resolved': return t('action.resolved', { outcome: action.outcome ? t(`outcome.${action.outcome}`) : t('app.none') })
        default: return t(`action.${action.type}`)
      }
    },
    who: (action: Action): string => {
      if (action.actor.kind === 'system') return t('actor.system')
      if (action.actor.kind === 'resident') return t('actor.resident')
      const name = action.actor.name === '' ? action.actor.username : action.actor.name
      return action.actor.unit === '' ? name : `${name}, ${unitShort(action.actor.unit)}`
    },
  }
}
