/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('playwright-core').Locator} Locator */

/** More stops than any page should put before what one wants. */
const mostStops = 80

/**
 * Goes to an element as somebody without a mouse does.
 * @param {Page} page
 * @param {Locator} target
 */
export async function tabTo(page, target) {
  for (let stops = 0; stops <= mostStops; stops++) {
    if (await focused(target)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`${target} cannot be reached with ${mostStops} presses of Tab`)
}

/**
 * Chooses a radio button of a group by Tab and arrows.
 * @param {Page} page
 * @param {Locator} group all buttons of the group
 * @param {Locator} wanted
 */
export async function arrowTo(page, group, wanted) {
  const inGroup = group.and(page.locator(':focus'))
  for (let stops = 0; stops <= mostStops && (await inGroup.count()) === 0; stops++) await page.keyboard.press('Tab')
  await page.keyboard.press('Space')
  for (let steps = 0; steps < (await group.count()); steps++) {
    if (await wanted.isChecked()) return
    await page.keyboard.press('ArrowDown')
  }
  throw new Error(`${wanted} cannot be chosen with the arrow keys`)
}

/** @param {Locator} target */
export function focused(target) {
  return target.evaluate((element) => element === document.activeElement)
}
