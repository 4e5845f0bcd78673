import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState, type RefObject } from 'react'
import { Problem } from '../api/problem'
import { caseQuery } from '../api/queries'
import type { Case, Command } from '../api/types'
import { useDesk } from '../desk/services'
import { useLanguage } from '../i18n/LanguageProvider'
import { useShortcuts } from '../keyboard/shortcuts'
import { Link } from '../nav/address'
import { useMe } from '../session/me'
import { Failure } from '../ui/Failure'
import { ActionBar } from './ActionBar'
import { CaseHead } from './CaseHead'
import { commandKeys, isWritten, type WrittenCommand } from './commands'
import { Composer } from './Composer'
import { Conflict, Meanwhile } from './Conflict'
import { Damage, damagedReport } from './Damage'
import { Facts } from './Facts'
import { Timeline } from './Timeline'
import { useAct, type Refusal } from './useAct'

interface CasePaneProps { caseNumber: string; backHref: string; onClose: () => void }

/** A case with everything that is known of it and may be done to it. */
export function CasePane({ caseNumber, backHref, onClose }: CasePaneProps) {
  const { t } = useLanguage()
  const { client } = useDesk()
  const found = useQuery(caseQuery(client, caseNumber))
  const heading = useRef<HTMLHeadingElement>(null)
  const loaded = found.data !== undefined
  useEffect(() => {
    if (loaded) heading.current?.focus({ preventScroll: true })
  }, [loaded])

  if (found.error instanceof Problem && found.error.status === 404) {
    return (
      <section className="pane case" aria-label={caseNumber}>
        <div className="empty" role="alert">
          <h1>{t('case.gone')}</h1>
          <p>{t('case.gone.text')}</p>
          <p><Link href={backHref}>{t('case.back')}</Link></p>
        </div>
      </section>
    )
  }
  if (found.data === undefined) {
    return (
      <section className="pane case" aria-label={caseNumber} aria-busy={found.isPending}>
        {found.isError
          ? <Failure error={found.error} onRetry={() => void found.refetch()} />
          : <p className="empty">{t('case.loading')}</p>}
      </section>
    )
  }
  return <OpenCase data={found.data} heading={heading} backHref={backHref} onClose={onClose} />
}

interface OpenCaseProps extends Omit<CasePaneProps, 'caseNumber'> {
  data: Case
  heading: RefObject<HTMLHeadingElement | null>
}

function OpenCase({ data, heading, backHref, onClose }: OpenCaseProps) {
  const { t } = useLanguage()
  const { announcer } = useDesk()
  const me = useMe()
  const [writing, setWriting] = useState<WrittenCommand | null>(null)
  const [refusal, setRefusal] = useState<Refusal | null>(null)
  const [startedAt, setStartedAt] = useState(0)
  const { case_number: caseNumber } = data.case
  const act = useAct(caseNumber, {
    onDone: () => {
      setWriting(null)
      setRefusal(null)
      heading.current?.focus({ preventScroll: true })
    },
    onRefused: setRefusal,
    onLeft: onClose,
  })

  // The officer may answer something that is no longer the last word.
  const meanwhile = writing === null ? undefined : data.actions.findLast((it) => it.n > startedAt && it.actor.username !== me.username)

  const start = (command: Command) => {
    if (act.isPending) return
    if (!data.allowed.includes(command)) {
      const claimFirst = (command === 'reply' || command === 'resolve') && data.allowed.includes('claim')
      announcer.say(claimFirst ? t('command.claimFirst') : t('command.notNow', { command: t(`command.${command}`) }))
      return
    }
    setRefusal(null)
    if (isWritten(command)) {
      setStartedAt(data.case.last)
      setWriting(command)
    } else act.mutate({ type: command, expect: data.case.last })
  }
  const closeWriting = () => {
    setWriting(null)
    setRefusal(null)
    heading.current?.focus({ preventScroll: true })
  }
  useShortcuts(Object.fromEntries(commandKeys.map(([key, command]) => [key, () => { start(command) }])))

  return (
    <section className="pane case" aria-labelledby="case-title">
      <CaseHead row={data.case} heading={heading} backHref={backHref} onClose={onClose} />
      <ActionBar allowed={data.allowed} pending={act.isPending ? act.variables.type : null} writing={writing} onCommand={start} />
      <Damage row={data.case} />
      {refusal !== null && <Conflict refusal={refusal} keptText={writing !== null} />}
      {refusal === null && meanwhile !== undefined && <Meanwhile action={meanwhile} />}
      {writing !== null && (
        <Composer
          key={writing}
          row={data.case}
          command={writing}
          allowed={data.allowed.includes(writing)}
          pending={act.isPending}
          problem={act.error}
          onSend={(request) => { act.mutate({ ...request, expect: data.case.last }) }}
          onClose={closeWriting}
        />
      )}
      <div className="case-body">
        <section className="narrative-place">
          <h2>{t('case.narrative')}</h2>
          {damagedReport(data.case) === undefined
            ? <p className="narrative" dir="auto" lang={data.report.language}>{data.report.narrative}</p>
            : <p className="quiet-text">{t('damage.narrative')}</p>}
        </section>
        <Facts data={data} />
        <Timeline actions={data.actions} />
      </div>
    </section>
  )
}
