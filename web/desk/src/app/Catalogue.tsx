import { createContext, use, useMemo, type ReactNode } from 'react'
import type { CatalogueData, Unit } from '../api/types'
import { useLanguage } from '../i18n/LanguageProvider'

/** The names behind the codes, in the language of the screen. An unknown code stands for itself. */
export interface Catalogue {
  data: CatalogueData
  unit: (code: string) => string
  unitShort: (code: string) => string
  category: (code: string) => string
  commune: (code: string) => string
  district: (code: string) => string
  /** The district of a place; a commune says it even where nobody else did. */
  districtOf: (place: { commune: string; district: string }) => string
  /** Commune and district as far as they are known, '' if neither is. */
  place: (place: { commune: string; district: string }) => string
  /** Units that own a queue. */
  queues: Unit[]
}

const Context = createContext<Catalogue | null>(null)

export function CatalogueProvider(props: { data: CatalogueData; children: ReactNode }) {
  const { name } = useLanguage()
  const { data } = props
  const catalogue = useMemo((): Catalogue => {
    const index = <T extends { code: string }>(list: T[]) => new Map(list.map((item) => [item.code, item]))
    const [units, communes] = [index(data.units), index(data.communes)]
    const [districts, categories] = [index(data.districts), index(data.categories)]
    const named = <T,>(map: Map<string, T>, of: (item: T) => string) => (code: string) => {
      const item = map.get(code)
      return item === undefined ? code : of(item)
    }
    const commune = named(communes, (c) => name(c.name))
    const district = named(districts, (d) => name(d.name))
    const districtOf: Catalogue['districtOf'] = (place) => place.district || communes.get(place.commune)?.district || ''
    return {
      data,
      unit: named(units, (u) => name(u.name)),
      unitShort: named(units, (u) => name(u.short)),
      category: named(categories, (c) => name(c.name)),
      commune,
      district,
      districtOf,
      place: (place) => {
        const code = districtOf(place)
        return [place.commune && commune(place.commune), code && district(code)].filter((part) => part !== '').join(', ')
      },
      queues: data.units.filter((unit) => unit.queue),
    }
  }, [data, name])
  return <Context value={catalogue}>{props.children}</Context>
}

export function useCatalogue(): Catalogue {
  const catalogue = use(Context)
  if (catalogue === null) throw new Error('useCatalogue outside of CatalogueProvider')
  return catalogue
}

