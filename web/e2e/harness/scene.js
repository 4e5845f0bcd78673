import { mkdir } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { openBrowser, Visitor } from './browser.js'

/** @typedef {import('./portal.js').Account} Account */
/** @typedef {import('./browser.js').Visit} Visit */

/** The longest that a journey may take, in milliseconds. */
const longestMs = 90_000

const failures = fileURLToPath(new URL('../failures/', import.meta.url))

/**
 * A portal and a browser for the journeys of one file.
 * @template {import('./portal.js').Portal} P
 */
export class Scene {
  portal = /** @type {P} */ (/** @type {unknown} */ (undefined))
  browser = /** @type {import('playwright-core').Browser} */ (/** @type {unknown} */ (undefined))
  visitors = /** @type {Visitor[]} */ ([])

  /**
   * @param {() => Promise<P>} start
   * @param {Account[]} accounts made before the first journey
   */
  constructor(start, accounts = []) {
    before(async () => {
      [this.portal, this.browser] = await Promise.all([start(), openBrowser()])
      for (const account of accounts) await this.portal.addAccount(account)
    })
    after(async () => {
      await this.browser?.close()
      await this.portal?.remove()
    })
  }

  /**
   * Somebody comes.
   * @param {Visit} [visit]
   */
  async visitor(visit = {}) {
    const visitor = await Visitor.arrive(this.browser, visit)
    this.visitors.push(visitor)
    return visitor
  }

  /**
   * A test that is told as a behaviour. When it fails it leaves pictures of
   * what its visitors saw last, and prints what the programs said.
   * @param {string} behaviour
   * @param {() => Promise<void>} body
   */
  journey(behaviour, body) {
    test(behaviour, { timeout: longestMs }, async () => {
      try {
        await body()
        const faults = this.visitors.flatMap((visitor) => visitor.faults)
        if (faults.length > 0) throw new Error(`what should never happen:\n${faults.join('\n')}`)
      } catch (error) {
        await this.#picture(behaviour)
        console.error(this.portal.log())
        throw error
      } finally {
        for (const visitor of this.visitors.splice(0)) await visitor.context.close()
      }
    })
  }

  /** @param {string} behaviour */
  async #picture(behaviour) {
    await mkdir(failures, { recursive: true })
    const name = behaviour.replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    for (const [i, { page, faults }] of this.visitors.entries()) {
      const path = `${failures}${name}-${i + 1}.png`
      await page.screenshot({ path }).then(
        () => { console.error(`visitor ${i + 1} was at ${page.url()}, seen in ${path}`) },
        (error) => { console.error(`visitor ${i + 1} was at ${page.url()}, no picture: ${error.message}`) },
      )
      if (faults.length > 0) console.error(faults.join('\n'))
    }
  }
}
