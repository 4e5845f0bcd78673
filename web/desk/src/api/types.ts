// The desk API's wire types. Times are RFC 3339 in UTC, durations seconds.

export type Language = 'vi' | 'en'
export type Role = 'officer' | 'supervisor' | 'admin'
export type State = 'received' | 'routed' | 'claimed' | 'resolved'
export type Outcome = 'handled' | 'unfounded' | 'insufficient' | 'duplicate' | 'referred'
export type ActionType =
  | 'routed' | 'claimed' | 'released' | 'replied' | 'answered'
  | 'noted' | 'transferred' | 'resolved' | 'reopened'

/** What staff may ask for; each becomes an action in the journal. */
export type Command = 'claim' | 'release' | 'reply' | 'note' | 'transfer' | 'resolve' | 'reopen'
export type Clock = 'acknowledge' | 'reply' | 'resolve'

export interface Text { vi: string; en: string }

export interface Me { username: string; name: string; role: Role; unit: string }

export interface Unit {
  code: string
  kind: 'province' | 'district' | 'duty_desk'
  name: Text
  short: Text
  parent: string
  /** Whether the unit owns a queue. */
  queue: boolean
}
export interface District { code: string; name: Text }
export interface Commune { code: string; name: Text; district: string }
export interface Category { code: string; name: Text; urgent: boolean }

export interface CatalogueData {
  jurisdiction: { name: Text; version: string; prefix: string }
  units: Unit[]
  districts: District[]
  communes: Commune[]
  categories: Category[]
  outcomes: Outcome[]
}

/** A case as it stands in a list; it holds nothing that the resident wrote. */
export interface Row {
  case_number: string
  category: string
  urgent: boolean
  state: State
  unit: string
  district: string
  commune: string
  ongoing: boolean
  received_at: string
  updated_at: string
  assignee: { username: string; name: string } | null
  /** The resident wrote last. */
  unanswered: boolean
  /** Number of the last action; what an action of ours must expect. */
  last: number
  outcome: Outcome | null
  transfers: number
  reopenings: number
  /** IDs of its entries that cannot be read: the report's has no slash, an action's has. Nearly always none. */
  damaged: readonly string[]
}

export interface Page<R = Row> { cases: R[]; next: string | null; total: number }

export interface QueueSummary {
  unit: string
  open: number
  routed: number
  claimed: number
  urgent: number
  unanswered: number
  oldest_received_at: string | null
}

export interface Report {
  narrative: string
  place: {
    district: string
    commune: string
    address: string
    point: { lat: number; lon: number; accuracy_m: number } | null
    unknown: boolean
  }
  occurred_at: string | null
  ongoing: boolean
  contact: { name: string; phone: string; email: string } | null
  language: Language
  received_at: string
}

export interface Evidence {
  rule: string
  method: string
  /** 0 to 1. */
  confidence: number
  runner_up: string
  reasons: string[] | null
  jurisdiction: string
}

export interface Action {
  n: number
  type: ActionType
  at: string
  actor: { kind: 'resident' | 'staff' | 'system'; username: string; name: string; unit: string }
  unit: string
  text: string
  outcome: Outcome | '' | null
  evidence: Evidence | null
}

export interface Case {
  case: Row
  report: Report
  actions: Action[]
  allowed: Command[]
  clocks: Partial<Record<Clock | 'route', { seconds: number; running: boolean }>>
}

/** The answer to a transfer after which the account no longer sees the case. */
export interface Gone { gone: true }

export interface ActionRequest {
  type: Command
  expect: number
  text?: string
  unit?: string
  outcome?: Outcome
}

/** n + running = received; late are those of running that have waited longer than p90. */
export interface ClockFigures { n: number; running: number; p50: number | null; p90: number | null; late: number }
export interface Line { received: number; open: number; clocks: Record<Clock, ClockFigures> }
export interface Figures {
  days: number
  as_of: string
  since: string
  all: Line
  by_unit: (Line & { unit: string })[]
  by_category: (Line & { category: string })[]
}

export type FigureSet = 'received' | 'open' | 'measured' | 'running' | 'late'
export interface MeasuredRow extends Row { elapsed: number }

export interface User {
  username: string
  name: string
  role: Role
  unit: string
  disabled: boolean
  changed_at: string
}

export interface FieldError { field: string; code: string; message: string }
