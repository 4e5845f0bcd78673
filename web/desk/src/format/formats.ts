import type { Language } from '../api/types'
import { localeOf, type Translate } from '../i18n/translate'

/** How times and numbers are written. All times are shown in Asia/Ho_Chi_Minh. */
export interface Formats {
  /** Two units at most: "2 ngày 4 giờ". Takes seconds; negative ones count as none. */
  duration: (seconds: number) => string
  /** Like duration, but what is shorter than a minute needs no number. */
  waiting: (seconds: number) => string
  /** "3 giờ 12 phút trước" */
  ago: (seconds: number) => string
  /** "22:10 23/11/2026" */
  dateTime: (iso: string) => string
  /** "23/11/2026" */
  date: (iso: string) => string
  /** "22:10" */
  time: (iso: string) => string
  number: (n: number) => string
  percent: (share: number) => string
  /** Degrees with five decimals, which is about a metre. */
  coordinates: (lat: number, lon: number) => string
}

const timeZone = 'Asia/Ho_Chi_Minh'

export function formatsFor(language: Language, t: Translate): Formats {
  const locale = localeOf(language)
  const clock = new Intl.DateTimeFormat(locale, { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  const day = new Intl.DateTimeFormat(locale, { timeZone, day: '2-digit', month: '2-digit', year: 'numeric' })
  const numbers = new Intl.NumberFormat(locale)
  const percents = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 })
  const degrees = new Intl.NumberFormat('en-GB', { minimumFractionDigits: 5, maximumFractionDigits: 5 })

  const duration = (seconds: number) => {
    const s = Math.max(0, Math.floor(seconds))
    if (s < 1) return t('time.underSecond')
    if (s < 60) return t('time.second', { n: s })
    const minutes = Math.floor(s / 60)
    if (minutes < 60) return t('time.minute', { n: minutes })
    const hours = Math.floor(minutes / 60)
    if (hours < 24) return both(t('time.hour', { n: hours }), minutes % 60, (n) => t('time.minute', { n }))
    return both(t('time.day', { n: Math.floor(hours / 24) }), hours % 24, (n) => t('time.hour', { n }))
  }
  const waiting = (seconds: number) => (seconds < 60 ? t('time.underMinute') : duration(seconds))
  const time = (iso: string) => clock.format(new Date(iso))
  const date = (iso: string) => day.format(new Date(iso))
  return {
    duration,
    waiting,
    ago: (seconds) => (seconds < 60 ? t('time.justNow') : t('time.ago', { duration: duration(seconds) })),
    time,
    date,
    dateTime: (iso) => `${time(iso)} ${date(iso)}`,
    number: (n) => numbers.format(n),
    percent: (share) => percents.format(share),
    coordinates: (lat, lon) => `${degrees.format(lat)}, ${degrees.format(lon)}`,
  }
}

function both(first: string, rest: number, second: (n: number) => string): string {
  return rest === 0 ? first : `${first} ${second(rest)}`
}
