import assert from 'node:assert/strict'
import axe from 'axe-core'

/** @typedef {import('playwright-core').Page} Page */

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** Both ends of what the portal is used on: a cheap phone, or 400 % zoom, and a desk. */
export const widths = [360, 1440]
export const themes = /** @type {const} */ (['light', 'dark'])

/**
 * Checks a state of a page at both widths in both themes: axe finds nothing,
 * and the page does not scroll sideways. All that is wrong is told at once.
 * @param {Page} page
 * @param {string} state the name of the state, for the message
 */
export async function assertAccessible(page, state) {
  const wrong = /** @type {string[]} */ ([])
  await page.evaluate(axe.source)
  for (const width of widths) {
    await page.setViewportSize({ width, height: width === 360 ? 640 : 900 })
    const sideways = await overflow(page)
    if (sideways !== '') wrong.push(`at ${width} px: ${sideways}`)
    for (const colorScheme of themes) {
      await page.emulateMedia({ colorScheme })
      for (const violation of await violations(page)) wrong.push(`at ${width} px, ${colorScheme}: ${violation}`)
    }
  }
  assert.deepEqual(wrong, [], `${state}:\n${wrong.join('\n')}`)
}

/** @param {Page} page */
async function violations(page) {
  const found = await page.evaluate(async (runOnly) => {
    // @ts-ignore: the script that was just put into the page
    const results = await window.axe.run(document, { runOnly, resultTypes: ['violations'] })
    return results.violations.map((/** @type {any} */ violation) => ({
      id: violation.id,
      help: violation.help,
      nodes: violation.nodes.map((/** @type {any} */ node) => `${node.target.join(' ')} (${node.any[0]?.message ?? node.all[0]?.message ?? node.none[0]?.message ?? ''})`),
    }))
  }, tags)
  return found.map((/** @type {any} */ { id, help, nodes }) => `${id}: ${help}: ${nodes.slice(0, 5).join('; ')}`)
}

/**
 * Says what scrolls sideways, '' when nothing does. Only a wide table may, in
 * a region of its own that the keyboard reaches.
 * @param {Page} page
 */
async function overflow(page) {
  return page.evaluate(() => {
    const name = (/** @type {Element} */ element) => [element.tagName.toLowerCase(), ...element.classList].join('.')
    const scrollers = [document.documentElement, ...document.querySelectorAll('body *')].filter((element) => {
      const style = getComputedStyle(element)
      return element === document.documentElement || /auto|scroll/.test(style.overflowX)
    })
    return scrollers
      .filter((element) => element.scrollWidth > element.clientWidth && !element.matches('[role=region][tabindex="0"]'))
      .map((element) => {
        const wide = [...element.querySelectorAll('*')].filter((it) => it.getBoundingClientRect().right > element.getBoundingClientRect().right + 1)
        return `${name(element)} is ${element.scrollWidth} px wide in ${element.clientWidth} px because of ${wide.slice(0, 3).map(name).join(', ')}`
      })
      .join('; ')
  })
}
