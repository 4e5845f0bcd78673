import { useEffect } from 'react'
import type { Row } from '../api/types'
import { useCatalogue } from '../app/Catalogue'
import { useDesk } from '../desk/services'
import { useLanguage } from '../i18n/LanguageProvider'

/** Cases that come in together are announced together; this is how long one waits for another. */
const gatherMs = 800

/** Says which cases came in, in one sentence at a time. */
export function ArrivalNotices() {
  const { t } = useLanguage()
  const { feed, announcer } = useDesk()
  const { category, place } = useCatalogue()
  useEffect(() => {
    let gathered: Row[] = []
    let timer: ReturnType<typeof setTimeout> | undefined
    const say = () => {
      timer = undefined
      const [row] = gathered
      if (row !== undefined && gathered.length === 1) {
        const values = { category: category(row.category), place: place(row) || t('row.noPlace') }
        announcer.say(row.urgent ? t('queue.say.urgent', values) : t('queue.say.one', values))
      } else announcer.say(t('queue.say.many', { n: gathered.length }))
      gathered = []
    }
    const stop = feed.onArrival((row) => {
      gathered.push(row)
      timer ??= setTimeout(say, gatherMs)
    })
    return () => {
      stop()
      clearTimeout(timer)
    }
  }, [t, feed, announcer, category, place])
  return null
}
