import { cases } from './vi/case'
import { frame } from './vi/frame'
import { management } from './vi/management'
import { queue } from './vi/queue'

/** The desk's texts in Vietnamese, which also say which keys there are. */
export const vi = { ...frame, ...queue, ...cases, ...management } as const
