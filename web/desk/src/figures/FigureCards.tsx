import { useId } from 'react'
import { useLanguage } from '../i18n/LanguageProvider'
import { ClockCells, Count, measures, type NamedLine } from './Numbers'
import type { FigureTableProps } from './FigureTable'

/** What FigureTable shows, for narrow screens: a card per unit or category with its clocks as rows. */
export function FigureCards({ title, days, clocks, lines }: Omit<FigureTableProps, 'first'>) {
  return (
    <ul className="cards" aria-label={title}>
      {lines.map((line) => <li key={line.unit + line.category} className="card"><Card line={line} days={days} clocks={clocks} /></li>)}
    </ul>
  )
}

function Card({ line, days, clocks }: { line: NamedLine } & Pick<FigureTableProps, 'days' | 'clocks'>) {
  const { t } = useLanguage()
  const id = useId()
  return (
    <>
      <h3 id={id}>{line.name}</h3>
      <p className="card-counts">
        <span>{t('figures.received')} <Count line={line} days={days} set="received" n={line.received} /></span>
        <span>{t('figures.open')} <Count line={line} days={days} set="open" n={line.open} /></span>
      </p>
      <table className="figures times" aria-labelledby={id}>
        <thead>
          <tr>
            <td />
            {measures.map((measure) => <th key={measure} scope="col" className="number">{t(`figures.${measure}`)}</th>)}
          </tr>
        </thead>
        <tbody>
          {clocks.map((clock) => (
            <tr key={clock}>
              <th scope="row">{t(`clock.${clock}`)}</th>
              <ClockCells line={line} days={days} clock={clock} />
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}
