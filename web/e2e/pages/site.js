import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'

/** @typedef {import('playwright-core').Page} Page */

/** The texts of the public site, so that a journey fails when a page shows another one than it should. */
export const texts = {
  vi: /** @type {Record<string, string>} */ (JSON.parse(readFileSync(new URL('../../public/texts/vi.json', import.meta.url), 'utf8'))),
  en: /** @type {Record<string, string>} */ (JSON.parse(readFileSync(new URL('../../public/texts/en.json', import.meta.url), 'utf8'))),
}

export const receiptShape = /^(?:[0-9A-HJKMNP-TV-Z]{5}-){3}[0-9A-HJKMNP-TV-Z]{5}$/
export const caseNumberShape = /^AG(?:-[0-9A-HJKMNP-TV-Z]{4}){3}$/

/** Police, fire, ambulance: on every page that somebody in danger may see. */
export const emergencyNumbers = ['113', '114', '115']

/**
 * What a resident tells.
 * @typedef {object} Story
 * @property {string} category code
 * @property {string} narrative
 * @property {string} district code
 * @property {string} commune code
 * @property {string} ward name of the commune, the same in both languages
 * @property {string} [address]
 */

/** @type {Story} */
export const stolenMotorbike = {
  category: 'theft',
  narrative:
    'Khoảng 2 giờ sáng nay, xe máy của tôi để trong sân nhà trọ bị lấy mất. Xe màu đỏ đen, yên có vết rách bên trái.\n\n' +
    'Camera nhà đối diện có quay được một người mặc áo khoác xám dắt xe ra hẻm rồi đi về hướng chợ.',
  district: '883',
  commune: '30280',
  ward: 'Mỹ Bình',
  address: 'Hẻm 12, gần cổng sau trường tiểu học, khóm Bình Long 2',
}

/** The public site as a resident uses it. */
export class Site {
  /**
   * @param {Page} page
   * @param {string} url
   * @param {'vi' | 'en'} [language]
   */
  constructor(page, url, language = 'vi') {
    this.page = page
    this.start = language === 'en' ? `${url}/en` : url
    this.words = texts[language]
    this.form = page.locator('form#report')
    this.summary = page.locator('#error-summary')
  }

  /** Opens the start page. */
  async open() {
    await this.page.goto(this.start)
  }

  /** Goes from the start page to the form. */
  async startReport() {
    await this.page.getByRole('main').getByRole('link', { name: this.words['nav.report'] }).click()
    await this.form.waitFor()
  }

  /**
   * Goes to another page by the links at the foot.
   * @param {'nav.report' | 'nav.track' | 'nav.privacy'} name
   */
  async goTo(name) {
    await this.page.getByRole('contentinfo').getByRole('link', { name: this.words[name] }).click()
    await this.page.getByRole('heading', { level: 1 }).waitFor()
  }

  /**
   * Fills the form with a story.
   * @param {Story} story
   */
  async fill({ category, narrative, district, commune, ward, address = '' }) {
    const { page } = this
    await page.locator(`#category-${category}`).check()
    await page.locator('#narrative').fill(narrative)
    if (await page.locator('#district').isVisible()) {
      await page.locator('#district').selectOption(district)
      await page.locator('#commune').selectOption(commune)
    } else {
      await page.locator('#place-search').fill('')
      await page.locator('#place-search').focus()
      await this.typePlace(ward, ward)
    }
    await page.locator('#address').fill(address)
    await page.locator('#when-unknown').check()
    await page.locator('#contact-anonymous').check()
  }

  /**
   * Types into the field that has the focus, and chooses what is found, by keyboard.
   * @param {string} typed
   * @param {string} name of the place that is wanted
   */
  async typePlace(typed, name) {
    const { page } = this
    await page.keyboard.type(typed)
    const option = page.getByRole('option', { name }).first()
    await option.waitFor()
    for (let i = 0; i < 20 && (await option.getAttribute('aria-selected')) !== 'true'; i++) await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    assert.ok((await page.locator('#place-search').inputValue()).includes(name), `${name} is chosen`)
  }

  /** Presses "check before sending". */
  async check() {
    await this.page.getByRole('main').getByRole('button', { name: this.words['form.check'], exact: true }).click()
  }

  /** Waits for the page of answers. */
  async checking() {
    await this.page.getByRole('heading', { level: 1, name: this.words['check.title'] }).waitFor()
  }

  /**
   * The answer that stands beside a label on the page of answers.
   * @param {string} label
   */
  answer(label) {
    return this.page.locator('dl.answers > div').filter({ has: this.page.locator('dt', { hasText: label }) })
  }

  /** Sends, and reads the confirmation. */
  async send() {
    await this.page.getByRole('button', { name: this.words['check.send'] }).click()
    return this.confirmation()
  }

  /**
   * Reads the confirmation.
   * @returns {Promise<{ caseNumber: string, receipt: string }>}
   */
  async confirmation() {
    await this.page.getByRole('heading', { level: 1, name: this.words['confirmation.title'] }).waitFor()
    const caseNumber = (await this.page.locator('.panel .code').textContent()) ?? ''
    const receipt = (await this.page.locator('#receipt').textContent()) ?? ''
    assert.match(caseNumber, caseNumberShape)
    assert.match(receipt, receiptShape)
    return { caseNumber, receipt }
  }

  /**
   * From the start page to the confirmation.
   * @param {Story} story
   */
  async report(story) {
    await this.open()
    await this.startReport()
    await this.fill(story)
    await this.check()
    await this.checking()
    return this.send()
  }

  /**
   * Opens the page of a report by its receipt.
   * @param {string} receipt
   */
  async track(receipt) {
    await this.open()
    await this.goTo('nav.track')
    await this.page.locator('#receipt').fill(receipt)
    await this.page.getByRole('button', { name: this.words['track.show'] }).click()
  }

  /** Writes to the police from the page of a report. */
  async write(/** @type {string} */ text) {
    await this.page.locator('#text').fill(text)
    await this.page.getByRole('button', { name: this.words['track.send'] }).click()
    await this.page.locator('.message', { hasText: text }).waitFor()
  }

  /** @param {string} text */
  async assertSays(text) {
    await this.page.getByRole('main').getByText(text).first().waitFor()
  }

  /** The numbers to call are on the page and can be dialled. */
  async assertEmergencyNumbers() {
    for (const number of emergencyNumbers) {
      assert.ok(await this.page.getByRole('main').locator(`a[href="tel:${number}"]`).first().isVisible(), `${number} can be called from here`)
    }
  }
}

/**
 * Sends a report through the public API, for journeys whose subject is what comes after.
 * @param {string} url of the public site
 * @param {Story} story
 * @returns {Promise<{ caseNumber: string, receipt: string }>}
 */
export async function sendReport(url, { category, narrative, commune, address = '' }) {
  const answer = await fetch(`${url}/api/v1/reports`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Idempotency-Key': crypto.randomUUID() },
    body: JSON.stringify({ category, narrative, place: { commune, ...(address === '' ? {} : { address }) }, language: 'vi' }),
  })
  const body = await answer.json()
  assert.equal(answer.status, 201, JSON.stringify(body))
  return { caseNumber: body.case_number, receipt: body.receipt }
}
