import type { Case, FieldError } from './types'

/**
 * Problem is a failed request: an RFC 9457 problem of the server, or, with
 * status 0 and code `offline`, a server that could not be reached.
 */
export class Problem extends Error {
  readonly status: number
  readonly code: string
  readonly detail: string
  readonly errors: readonly FieldError[]
  /** The case as it stands now, on a conflict. */
  readonly case: Case | null

  constructor(status: number, body: ProblemBody) {
    super(body.title ?? `HTTP ${status}`)
    this.name = 'Problem'
    this.status = status
    this.code = body.code ?? `http_${status}`
    this.detail = body.detail ?? ''
    this.errors = body.errors ?? []
    this.case = body.case ?? null
  }

  /** The server's message about a field, or '' if it has none. */
  about(field: string): string {
    return this.errors.find((e) => e.field === field)?.message ?? ''
  }
}

interface ProblemBody {
  title?: string
  code?: string
  detail?: string
  errors?: FieldError[]
  case?: Case
}

/** Reads a failed response; a body that is no problem leaves only the status. */
export async function problemOf(response: Response): Promise<Problem> {
  const isProblem = (response.headers.get('Content-Type') ?? '').includes('json')
  const body: unknown = isProblem ? await response.json().catch(() => null) : null
  return new Problem(response.status, body !== null && typeof body === 'object' ? body : {})
}

/** The problem of a request that never reached the server. */
export function offline(): Problem {
  return new Problem(0, { code: 'offline' })
}
