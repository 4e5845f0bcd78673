import { cases } from './en/case'
import { frame } from './en/frame'
import { management } from './en/management'
import { queue } from './en/queue'
import type { Message } from './message'
import type { MessageKey } from './translate'

/** The desk's texts in English. */
export const en: Record<MessageKey, Message> = { ...frame, ...queue, ...cases, ...management }
