import type { Clock, FigureSet, Line } from '../api/types'
import { useLanguage } from '../i18n/LanguageProvider'
import { Link } from '../nav/address'
import { figureCasesHref, type Days } from '../nav/routes'

/** A line of figures with its name; unit and category are '' where the line counts all. */
export interface NamedLine extends Line { name: string; unit: string; category: string }

/** What is measured of a clock, in the order in which it is shown. */
export const measures = ['p50', 'p90', 'n', 'running', 'late'] as const

interface LineProps { line: NamedLine; days: Days }
interface ClockProps extends LineProps { clock: Clock }

const wordOf = {
  received: 'figures.received', open: 'figures.open', measured: 'figures.n', running: 'figures.running', late: 'figures.late',
} as const

/** How many cases a line counts, and a way to them; none is a number without a list. */
export function Count({ n, set, clock = 'acknowledge', ...rest }: LineProps & { clock?: Clock; set: FigureSet; n: number }) {
  const { t, formats } = useLanguage()
  if (n === 0) return <span className="quiet-text">0</span>
  return <CasesLink {...rest} clock={clock} set={set} what={t(wordOf[set])} value={formats.number(n)} />
}

/**
 * The cells of one clock. Where cases wait and none was ever measured the cells
 * say so: the worst line must not be the emptiest.
 */
export function ClockCells({ line, days, clock }: ClockProps) {
  const { t, formats } = useLanguage()
  const { n, p50, p90, running, late } = line.clocks[clock]
  const same = { line, days, clock }
  const time = (seconds: number | null, what: string) => seconds === null
    ? <None />
    : <CasesLink {...same} set="measured" what={what} value={formats.duration(seconds)} />
  const never = n === 0 && running > 0
  return (
    <>
      {never
        ? <td className="group never" colSpan={2}>{t('figures.never')}</td>
        : <><td className="group time">{time(p50, t('figures.p50'))}</td><td className="time">{time(p90, t('figures.p90'))}</td></>}
      <td className="number"><Count {...same} set="measured" n={n} /></td>
      <td className="number" data-loud={never ? 'late' : undefined}><Count {...same} set="running" n={running} /></td>
      <td className="number" data-loud={late > 0 ? 'late' : undefined}>{n === 0 ? <None /> : <Count {...same} set="late" n={late} />}</td>
    </>
  )
}

function CasesLink({ line, days, clock, set, what, value }: ClockProps & { set: FigureSet; what: string; value: string }) {
  const { t } = useLanguage()
  const ofClock = set === 'received' || set === 'open' ? what : `${t(`clock.${clock}`)}, ${what}`
  return (
    <Link
      href={figureCasesHref({ days, unit: line.unit, category: line.category, clock, set })}
      aria-label={t('figures.link', { what: ofClock, line: line.name, value })}
    >
      {value}
    </Link>
  )
}

function None() {
  const { t } = useLanguage()
  return <span className="quiet-text">{t('app.none')}</span>
}
