import type { Command } from '../api/types'
import { useLanguage } from '../i18n/LanguageProvider'
import { Button } from '../ui/Button'
import { commandKeys, commandOrder, isWritten } from './commands'

interface ActionBarProps {
  allowed: readonly Command[]
  /** The command that is on its way to the server. */
  pending: Command | null
  writing: Command | null
  onCommand: (command: Command) => void
}

/** Everything that may be done to a case now. */
export function ActionBar({ allowed, pending, writing, onCommand }: ActionBarProps) {
  const { t } = useLanguage()
  const offered = commandOrder.filter((command) => allowed.includes(command))
  if (offered.length === 0) return null
  // What usually comes next; to add a note or give the case away never is.
  const next = offered.find((command) => command === 'claim' || command === 'reply')
  return (
    <div className="action-bar" role="group" aria-label={t('case.actions')}>
      {offered.map((command) => {
        const shortcut = commandKeys.find(([, it]) => it === command)?.[0]
        return (
          <Button
            key={command}
            look={command === next && writing === null ? 'primary' : 'plain'}
            pending={pending === command}
            pendingText={t('command.pending')}
            aria-expanded={isWritten(command) ? writing === command : undefined}
            {...(shortcut === undefined ? {} : { shortcut })}
            onClick={() => { onCommand(command) }}
          >
            {t(`command.${command}`)}
          </Button>
        )
      })}
    </div>
  )
}
