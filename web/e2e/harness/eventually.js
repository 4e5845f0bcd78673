import { setTimeout as pause } from 'node:timers/promises'

/**
 * Asks again until the answer is yes.
 * @template T
 * @param {string} what what should become true, for the message when it does not
 * @param {() => T | Promise<T>} probe anything but false, null, undefined, 0 or '' is a yes; throwing is a no
 * @param {number} [withinMs]
 * @returns {Promise<T>} the answer
 */
export async function eventually(what, probe, withinMs = 10_000) {
  const deadline = Date.now() + withinMs
  for (;;) {
    let cause
    try {
      const answer = await probe()
      if (answer) return answer
    } catch (error) {
      cause = error
    }
    if (Date.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`, { cause })
    await pause(25)
  }
}
