import type { Clock } from '../api/types'
import { useLanguage } from '../i18n/LanguageProvider'
import type { Days } from '../nav/routes'
import { TableScroll } from '../ui/TableScroll'
import { ClockCells, Count, measures, type NamedLine } from './Numbers'

export interface FigureTableProps {
  title: string
  /** Heading of the first column. */
  first: string
  days: Days
  clocks: readonly Clock[]
  lines: readonly NamedLine[]
}

/** Response times, one line per unit or category; the first line counts all. */
export function FigureTable({ title, first, days, clocks, lines }: FigureTableProps) {
  const { t } = useLanguage()
  return (
    <TableScroll label={title}>
      <table className="figures times">
        <thead>
          <tr>
            <th scope="col" rowSpan={2}>{first}</th>
            <th scope="col" rowSpan={2} className="number">{t('figures.received')}</th>
            <th scope="col" rowSpan={2} className="number">{t('figures.open')}</th>
            {clocks.map((clock) => <th key={clock} scope="colgroup" colSpan={measures.length} className="group">{t(`clock.${clock}`)}</th>)}
          </tr>
          <tr>
            {clocks.map((clock) => measures.map((measure, i) => (
              <th key={clock + measure} scope="col" className={i === 0 ? 'number group' : 'number'}>{t(`figures.${measure}`)}</th>
            )))}
          </tr>
        </thead>
        <tbody>
          {lines.map((line, i) => (
            <tr key={line.unit + line.category} className={i === 0 ? 'total' : undefined}>
              <th scope="row">{line.name}</th>
              <td className="number"><Count line={line} days={days} set="received" n={line.received} /></td>
              <td className="number"><Count line={line} days={days} set="open" n={line.open} /></td>
              {clocks.map((clock) => <ClockCells key={clock} line={line} days={days} clock={clock} />)}
            </tr>
          ))}
        </tbody>
      </table>
    </TableScroll>
  )
}
