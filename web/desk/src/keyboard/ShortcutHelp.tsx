import { usePreferences } from '../desk/services'
import { useLanguage } from '../i18n/LanguageProvider'
import type { PlainKey } from '../i18n/translate'
import { Dialog } from '../ui/Dialog'

/** Keys of one line: alternatives, each one key or two in a row. */
const lines: readonly [keys: readonly string[], text: PlainKey][] = [
  [['j', 'k', '↓', '↑'], 'keys.move'],
  [['Enter'], 'keys.open'],
  [['Esc'], 'keys.close'],
  [['c'], 'command.claim'],
  [['r'], 'command.reply'],
  [['n'], 'command.note'],
  [['t'], 'command.transfer'],
  [['e'], 'command.resolve'],
  [['Ctrl + Enter'], 'keys.send'],
  [['/'], 'keys.filter'],
  [['g q'], 'keys.queue'],
  [['g f'], 'keys.figures'],
  [['?'], 'keys.help'],
]

/** The list of shortcuts, and the switch that turns them off. */
export function ShortcutHelp(props: { onClose: () => void }) {
  const { t } = useLanguage()
  const [{ shortcuts }, change] = usePreferences()
  return (
    <Dialog title={t('keys.title')} onClose={props.onClose}>
      <table className="shortcuts">
        <tbody>
          {lines.map(([keys, text]) => (
            <tr key={text}>
              <th scope="row">{t(text)}</th>
              <td>
                {keys.map((key, i) => (
                  <span key={key}>
                    {i > 0 && ` ${t('keys.or')} `}
                    {key.split(' ').includes('g')
                      ? key.split(' ').map((part, j) => <span key={part}>{j > 0 && ` ${t('keys.then')} `}<kbd>{part}</kbd></span>)
                      : <kbd>{key}</kbd>}
                  </span>
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <label className="check">
        <input type="checkbox" checked={shortcuts} onChange={(event) => { change({ shortcuts: event.currentTarget.checked }) }} />
        {t('keys.enabled')}
      </label>
    </Dialog>
  )
}
