import { useDesk } from '../desk/services'
import { useStore } from '../desk/store'
import { useLanguage } from '../i18n/LanguageProvider'
import { IconButton } from '../ui/Button'

/** The last notice, for everybody to see and to hear. */
export function Notices() {
  const { t } = useLanguage()
  const { announcer } = useDesk()
  const notice = useStore(announcer)
  return (
    <div className="notices">
      <div role="status" aria-live="polite">{notice !== null && <p key={notice.id}>{notice.text}</p>}</div>
      {notice !== null && <IconButton icon="close" label={t('app.close')} onClick={announcer.dismiss} />}
    </div>
  )
}
