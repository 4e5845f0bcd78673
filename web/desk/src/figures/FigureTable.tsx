import type { Clock, FigureSet, Line } from '../api/types'
import { useLanguage } from '../i18n/LanguageProvider'
import { Link } from '../nav/address'
import { figureCasesHref, type Days } from '../nav/routes'
import { TableScroll } from '../ui/TableScroll'

/** A line of figures with its name; unit and category are '' where the line counts all. */
export interface TableLine extends Line { name: string; unit: string; category: string }

interface FigureTableProps {
  title: string
  /** Heading of the first column. */
  first: string
  days: Days
  clocks: readonly Clock[]
  lines: readonly TableLine[]
}

/** Response times, one line per unit or category; the first line counts all. */
export function FigureTable({ title, first, days, clocks, lines }: FigureTableProps) {
  const { t } = useLanguage()
  return (
    <section>
      <h2>{title}</h2>
      <TableScroll label={title}>
        <table className="figures">
          <thead>
            <tr>
              <th scope="col" rowSpan={2}>{first}</th>
              <th scope="col" rowSpan={2} className="number">{t('figures.received')}</th>
              <th scope="col" rowSpan={2} className="number">{t('figures.open')}</th>
              {clocks.map((clock) => <th key={clock} scope="colgroup" colSpan={4} className="group">{t(`clock.${clock}`)}</th>)}
            </tr>
            <tr>
              {clocks.map((clock) => (['p50', 'p90', 'n', 'late'] as const).map((column) => (
                <th key={clock + column} scope="col" className={column === 'p50' ? 'number group' : 'number'}>{t(`figures.${column}`)}</th>
              )))}
            </tr>
          </thead>
          <tbody>
            {lines.map((line, i) => (
              <tr key={line.unit + line.category} className={i === 0 ? 'total' : undefined}>
                <th scope="row">{line.name}</th>
                <td className="number"><Count line={line} days={days} clock="acknowledge" set="received" n={line.received} /></td>
                <td className="number"><Count line={line} days={days} clock="acknowledge" set="open" n={line.open} /></td>
                {clocks.map((clock) => <ClockCells key={clock} line={line} days={days} clock={clock} />)}
              </tr>
            ))}
          </tbody>
        </table>
      </TableScroll>
    </section>
  )
}

interface CellProps { line: TableLine; days: Days; clock: Clock }

function ClockCells({ line, days, clock }: CellProps) {
  const { t, formats } = useLanguage()
  const { n, p50, p90, late } = line.clocks[clock]
  const time = (seconds: number | null, what: string) => seconds === null
    ? <None />
    : <CasesLink line={line} days={days} clock={clock} set="measured" what={what} value={formats.duration(seconds)} />
  return (
    <>
      <td className="number group">{time(p50, t('figures.p50'))}</td>
      <td className="number">{time(p90, t('figures.p90'))}</td>
      <td className="number">{n === 0 ? <None /> : <Count line={line} days={days} clock={clock} set="measured" n={n} />}</td>
      <td className="number" data-loud={late > 0 ? 'late' : undefined}>
        {n === 0 ? <None /> : <Count line={line} days={days} clock={clock} set="late" n={late} />}
      </td>
    </>
  )
}

const wordOf = { received: 'figures.received', open: 'figures.open', measured: 'figures.n', late: 'figures.late' } as const

/** A number of cases; none is a number without a list. */
function Count({ n, set, ...rest }: CellProps & { n: number; set: FigureSet }) {
  const { t, formats } = useLanguage()
  if (n === 0) return <span className="quiet-text">0</span>
  return <CasesLink {...rest} set={set} what={t(wordOf[set])} value={formats.number(n)} />
}

function CasesLink({ line, days, clock, set, what, value }: CellProps & { set: FigureSet; what: string; value: string }) {
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
