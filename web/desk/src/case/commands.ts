import type { Command } from '../api/types'

/** Commands that need words first. */
export type WrittenCommand = Exclude<Command, 'claim' | 'release'>

export function isWritten(command: Command): command is WrittenCommand {
  return command !== 'claim' && command !== 'release'
}

/** The order in which commands are offered. */
export const commandOrder: readonly Command[] = ['claim', 'reply', 'note', 'transfer', 'resolve', 'reopen', 'release']

/** Letters that start a command. */
export const commandKeys: readonly (readonly [key: string, command: Command])[] = [
  ['c', 'claim'], ['r', 'reply'], ['n', 'note'], ['t', 'transfer'], ['e', 'resolve'],
]

/** Commands whose text the resident will read. */
export function isPublic(command: WrittenCommand): boolean {
  return command === 'reply' || command === 'resolve'
}

/** The most that a text may have, in Unicode code points. */
export const maxText = 2000

/** Length as the server counts it: code points, not UTF-16 units. */
export function textLength(text: string): number {
  return [...text].length
}
