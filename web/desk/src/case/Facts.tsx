import type { ReactNode } from 'react'
import type { Case, Evidence } from '../api/types'
import { useCatalogue } from '../app/Catalogue'
import { useNow } from '../desk/services'
import { isPlainKey } from '../i18n/translate'
import { useLanguage } from '../i18n/LanguageProvider'
import { damagedReport } from './Damage'

/** What the report says besides its narrative, why it is here, and its clocks. */
export function Facts({ data }: { data: Case }) {
  const { t, formats } = useLanguage()
  const { place } = useCatalogue()
  const now = useNow()
  const { report } = data
  const { point } = report.place
  const routed = data.actions.findLast((action) => action.evidence !== null)
  const area = place(report.place)
  const readable = damagedReport(data.case) === undefined
  return (
    <section className="facts">
      <h2>{t('case.facts')}</h2>
      <dl>
        {readable && <Fact name={t('case.place')}>{area || (report.place.unknown ? t('case.place.unknown') : t('row.noPlace'))}</Fact>}
        {report.place.address !== '' && <Fact name={t('case.address')}><span dir="auto">{report.place.address}</span></Fact>}
        {point !== null && (
          <Fact name={t('case.point')}>
            <span className="number">{formats.coordinates(point.lat, point.lon)}</span>
            {point.accuracy_m > 0 && `, ${t('case.point.within', { metres: Math.round(point.accuracy_m) })}`}
          </Fact>
        )}
        {readable && (
          <Fact name={t('case.when')}>
            {report.ongoing ? t('row.ongoing') : report.occurred_at === null ? t('case.when.unsaid') : formats.dateTime(report.occurred_at)}
          </Fact>
        )}
        <Fact name={t('case.received')}>
          {formats.dateTime(report.received_at)} <span className="quiet-text">({formats.ago((now - Date.parse(report.received_at)) / 1000)})</span>
        </Fact>
        {readable && <Fact name={t('case.contact')}><Contact contact={report.contact} /></Fact>}
        {readable && <Fact name={t('case.language')}>{t(`case.language.${report.language}`)}</Fact>}
        {routed?.evidence != null && <Fact name={t('case.routing')}><Why evidence={routed.evidence} /></Fact>}
        <Fact name={t('case.clocks')}><Clocks data={data} /></Fact>
      </dl>
    </section>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return <div><dt>{name}</dt><dd>{children}</dd></div>
}

function Contact({ contact }: { contact: Case['report']['contact'] }) {
  const { t } = useLanguage()
  const parts = contact === null ? [] : [contact.name, contact.phone, contact.email].filter((part) => part !== '')
  if (parts.length === 0) return t('case.contact.anonymous')
  return parts.map((part) => <span key={part} className="contact" dir="auto">{part}</span>)
}

/** Why the case is here, in words; a rule or reason that this program does not know has no code to show. */
function Why({ evidence }: { evidence: Evidence }) {
  const { t, formats } = useLanguage()
  const { unit } = useCatalogue()
  const rule = `evidence.${evidence.rule}`
  const reasons = new Set((evidence.reasons ?? []).map((code) => {
    const key = `reason.${code}`
    return isPlainKey(key) ? t(key) : t('reason.other')
  }))
  const certain = evidence.confidence <= 0 || evidence.confidence >= 1
  return (
    <>
      {t(isPlainKey(rule) ? rule : 'evidence.other')}
      {!certain && ` (${t('evidence.confidence', { percent: formats.percent(evidence.confidence) })})`}
      {reasons.size > 0 && `: ${[...reasons].join(', ')}`}.
      {evidence.runner_up !== '' && ` ${t('evidence.runnerUp', { unit: unit(evidence.runner_up) })}.`}
      <span className="fine-print">{t('evidence.jurisdiction', { version: evidence.jurisdiction })}</span>
    </>
  )
}

function Clocks({ data }: { data: Case }) {
  const { t, formats } = useLanguage()
  const now = useNow()
  // A running clock goes on from what the server said when the case was loaded.
  const running = (now - Date.parse(data.report.received_at)) / 1000
  return (
    <ul className="clocks">
      {(['route', 'acknowledge', 'reply', 'resolve'] as const).map((name) => {
        const clock = data.clocks[name]
        return clock === undefined ? null : (
          <li key={name}>
            {t(`clock.${name}`)}: {clock.running
              ? <em>{t('clock.running', { duration: formats.waiting(Math.max(running, clock.seconds)) })}</em>
              : formats.duration(clock.seconds)}
          </li>
        )
      })}
    </ul>
  )
}
