import { useLanguage } from '../i18n/LanguageProvider'

const sentences = ['population', 'clocks', 'p50', 'p90', 'n', 'never', 'late', 'exact'] as const

/** Says in words what the figures count. */
export function Explanation() {
  const { t } = useLanguage()
  return (
    <section className="explanation">
      <h2>{t('figures.explain')}</h2>
      <ul>{sentences.map((sentence) => <li key={sentence}>{t(`figures.explain.${sentence}`)}</li>)}</ul>
    </section>
  )
}
