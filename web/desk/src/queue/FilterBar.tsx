import { useRef, useState } from 'react'
import { useCatalogue } from '../app/Catalogue'
import { useLanguage } from '../i18n/LanguageProvider'
import { useShortcuts } from '../keyboard/shortcuts'
import { useNavigation } from '../nav/address'
import { queueHref } from '../nav/routes'
import { useMe } from '../session/me'
import { Icon } from '../ui/Icon'
import { Select } from '../ui/Select'
import { everything, narrowing, orders, queueStates, type Filters } from './filters'

/** Chooses what the queue shows. On a narrow screen it is folded away. */
export function FilterBar({ filters }: { filters: Filters }) {
  const { t, name } = useLanguage()
  const { go } = useNavigation()
  const me = useMe()
  const { data, queues } = useCatalogue()
  const [open, setOpen] = useState(false)
  const first = useRef<HTMLSelectElement>(null)
  useShortcuts({
    '/': () => {
      setOpen(true)
      requestAnimationFrame(() => first.current?.focus())
    },
  })

  const change = (part: Partial<Filters>) => { go(queueHref({ ...filters, ...part }), { replace: true }) }
  const active = narrowing(filters)
  return (
    <div className="filters">
      <button type="button" className="button plain filters-toggle" aria-expanded={open} aria-controls="filter-fields" onClick={() => { setOpen(!open) }}>
        <Icon name="filter" />{active === 0 ? t('queue.filters') : t('queue.filters.on', { n: active })}
      </button>
      <div id="filter-fields" className="filter-fields" data-open={open || undefined} role="search" aria-label={t('queue.filters')}>
        {me.role === 'supervisor' && (
          <Select
            label={t('queue.filter.unit')}
            value={filters.unit}
            onChange={(unit) => { change({ unit }) }}
            placeholder={t('queue.filter.unit.all')}
            options={queues.map((unit) => ({ value: unit.code, label: name(unit.short) }))}
          />
        )}
        <Select
          ref={first}
          label={t('queue.filter.state')}
          value={filters.state}
          onChange={(state) => { change({ state }) }}
          options={queueStates.map((state) => ({ value: state, label: t(`state.${state}`) }))}
        />
        <Select
          label={t('queue.filter.category')}
          value={filters.category}
          onChange={(category) => { change({ category }) }}
          placeholder={t('queue.filter.category.all')}
          options={data.categories.map((category) => ({ value: category.code, label: name(category.name) }))}
        />
        <Select
          label={t('queue.filter.order')}
          value={filters.order}
          onChange={(order) => { change({ order }) }}
          options={orders.map((order) => ({ value: order, label: t(`queue.order.${order}`) }))}
        />
        <div className="chips" role="group" aria-label={t('queue.filter.only')}>
          {(['urgent', 'unanswered', 'mine'] as const).map((flag) => (
            <button key={flag} type="button" className="chip" aria-pressed={filters[flag]} onClick={() => { change({ [flag]: !filters[flag] }) }}>
              {t(`queue.filter.${flag}`)}
            </button>
          ))}
          {active > 0 && (
            <button
              type="button"
              className="button quiet"
              onClick={() => { change({ ...everything, unit: filters.unit, state: filters.state, order: filters.order }) }}
            >
              {t('queue.clear')}
            </button>
          )}
        </div>
      </div>
    </div>
  )
}
