import type { Action, ActionType } from '../api/types'
import { useNow } from '../desk/services'
import { useLanguage } from '../i18n/LanguageProvider'
import { Badge } from '../ui/Badge'
import { useActionText } from './actionText'

/** Who may read the text of an action besides the police. */
const audience: Partial<Record<ActionType, 'public' | 'resident'>> = {
  replied: 'public', resolved: 'public', answered: 'resident',
}

/** Everything that happened to a case, the latest last. */
export function Timeline({ actions }: { actions: readonly Action[] }) {
  const { t, formats } = useLanguage()
  const { what, who } = useActionText()
  const now = useNow()
  return (
    <section className="timeline">
      <h2>{t('case.timeline')}</h2>
      {actions.length === 0 && <p className="quiet-text">{t('case.timeline.empty')}</p>}
      <ol>
        {actions.map((action) => {
          const reader = audience[action.type] ?? 'internal'
          return (
            <li key={action.n} data-reader={action.text === '' ? undefined : reader}>
              <p className="happened">
                <strong>{what(action)}</strong>
                {action.text !== '' && reader === 'public' && <Badge look="public">{t('action.public')}</Badge>}
                {action.text !== '' && reader === 'internal' && <Badge look="internal" icon="lock">{t('action.internal')}</Badge>}
                <span className="quiet-text">{who(action)}</span>
                <time className="quiet-text" dateTime={action.at} title={formats.ago((now - Date.parse(action.at)) / 1000)}>
                  {formats.dateTime(action.at)}
                </time>
              </p>
              {action.text !== '' && <p className="said" dir="auto">{action.text}</p>}
            </li>
          )
        })}
      </ol>
    </section>
  )
}
