import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { figuresQuery } from '../api/queries'
import type { Clock } from '../api/types'
import { useCatalogue } from '../app/Catalogue'
import { useDesk } from '../desk/services'
import { useLanguage } from '../i18n/LanguageProvider'
import { useNavigation } from '../nav/address'
import { clocks, figuresHref, windows, type Days } from '../nav/routes'
import { Failure } from '../ui/Failure'
import { Segments } from '../ui/Segments'
import { Explanation } from './Explanation'
import { FigureCards } from './FigureCards'
import { FigureTable, type FigureTableProps } from './FigureTable'
import type { NamedLine } from './Numbers'
import { useWidth } from './width'

/** Response times of units and categories, each number with the cases behind it. */
export default function FiguresScreen({ days }: { days: Days }) {
  const { t, formats } = useLanguage()
  const { client } = useDesk()
  const { go } = useNavigation()
  const { unitShort, category } = useCatalogue()
  const width = useWidth()
  const [clock, setClock] = useState<Clock>('acknowledge')
  const figures = useQuery(figuresQuery(client, days))
  useEffect(() => { document.title = t('app.title', { page: t('figures.title') }) }, [t])

  const shown = width === 'middle' ? [clock] : clocks
  const { data } = figures
  const all: NamedLine | null = data === undefined ? null : { ...data.all, name: t('figures.all'), unit: '', category: '' }
  return (
    <main id="content" className="page" tabIndex={-1}>
      <h1>{t('figures.title')}</h1>
      <div className="choices">
        <Segments
          label={t('figures.days')}
          value={String(days)}
          options={windows.map((n) => ({ value: String(n), label: t('figures.days.n', { n }) }))}
          onChange={(value) => { go(figuresHref(windows.find((n) => String(n) === value) ?? 30), { replace: true }) }}
        />
        {width === 'middle' && (
          <Segments label={t('figures.clock')} value={clock} options={clocks.map((it) => ({ value: it, label: t(`clock.${it}`) }))} onChange={setClock} />
        )}
      </div>
      {figures.isError && data === undefined
        ? <Failure error={figures.error} onRetry={() => void figures.refetch()} />
        : data === undefined || all === null
          ? <p className="empty">{t('app.loading')}</p>
          : (
            <>
              <p className="quiet-text">
                {t('figures.window', { since: formats.dateTime(data.since), asOf: formats.dateTime(data.as_of) })}
              </p>
              {all.received === 0 && <p className="empty">{t('figures.empty')}</p>}
              <Lines
                title={t('figures.byUnit')} first={t('figures.unit')} days={days} clocks={shown}
                lines={[all, ...data.by_unit.map((line) => ({ ...line, name: unitShort(line.unit), category: '' }))]}
              />
              <Lines
                title={t('figures.byCategory')} first={t('figures.category')} days={days} clocks={shown}
                lines={[all, ...data.by_category.map((line) => ({ ...line, name: category(line.category), unit: '' }))]}
              />
              <Explanation />
            </>
          )}
    </main>
  )
}

/** Lines to compare: a table, or cards where a table would hide half of itself. */
function Lines(props: FigureTableProps) {
  const width = useWidth()
  return (
    <section>
      <h2>{props.title}</h2>
      {width === 'narrow' ? <FigureCards {...props} /> : <FigureTable {...props} />}
    </section>
  )
}
