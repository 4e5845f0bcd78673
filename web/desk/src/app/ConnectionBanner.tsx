import { useEffect, useRef } from 'react'
import { useDesk } from '../desk/services'
import { useStore } from '../desk/store'
import { useLanguage } from '../i18n/LanguageProvider'

/** Says that what is on the screen may be old, and when it no longer is. */
export function ConnectionBanner() {
  const { t } = useLanguage()
  const { feed, announcer } = useDesk()
  const connection = useStore(feed.connection)
  const wasLost = useRef(false)
  useEffect(() => {
    if (connection === 'live' && wasLost.current) announcer.say(t('connection.back'))
    if (connection !== 'connecting') wasLost.current = connection === 'lost'
  }, [connection, announcer, t])
  return (
    <div role="status" className="banner-place">
      {connection === 'lost' && <p className="banner warn">{t('connection.lost.text')}</p>}
    </div>
  )
}
