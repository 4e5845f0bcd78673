import { chromium } from 'playwright-core'
import { findChromium } from './chromium.js'

/** @typedef {import('playwright-core').Browser} Browser */
/** @typedef {import('playwright-core').BrowserContext} BrowserContext */
/** @typedef {import('playwright-core').Page} Page */

/**
 * A name of the portal that is not this machine's: over plain HTTP browsers
 * trust it less than 127.0.0.1, and send less with a form.
 */
export const publicName = 'phananh.test'

const ownHosts = ['127.0.0.1', publicName]

/** How long a page may take for anything, in milliseconds. */
const patience = 10_000

/** Starts a Chromium with a fresh profile, which cannot reach any host but this one. */
export function openBrowser() {
  return chromium.launch({
    executablePath: findChromium(),
    headless: true,
    args: [
      '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', `--host-resolver-rules=MAP ${publicName} 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1`,
    ],
  })
}

/**
 * How somebody comes to the portal.
 * @typedef {object} Visit
 * @property {number} [width] of the window, in CSS pixels
 * @property {number} [height]
 * @property {boolean} [javaScript]
 * @property {'light' | 'dark'} [colours]
 * @property {number[]} [refusals] answers of the server with these codes are part of the journey
 */

/**
 * A person at a device of their own. It gathers what should never happen:
 * errors on the console, breaches of the content security policy, requests to
 * other hosts, answers that are the server's fault.
 */
export class Visitor {
  faults = /** @type {string[]} */ ([])

  /**
   * @param {BrowserContext} context
   * @param {Page} page
   * @param {number[]} refusals
   */
  constructor(context, page, refusals) {
    this.context = context
    this.page = page
    this.refusals = refusals
  }

  /**
   * @param {Browser} browser
   * @param {Visit} visit
   */
  static async arrive(browser, { width = 1440, height = 900, javaScript = true, colours = 'light', refusals = [] }) {
    const context = await browser.newContext({
      viewport: { width, height }, javaScriptEnabled: javaScript, colorScheme: colours, locale: 'vi-VN', timezoneId: 'Asia/Ho_Chi_Minh',
      reducedMotion: 'reduce',
    })
    context.setDefaultTimeout(patience)
    const visitor = new Visitor(context, await context.newPage(), refusals)
    context.on('request', (request) => {
      const url = new URL(request.url())
      if (url.protocol.startsWith('http') && !ownHosts.includes(url.hostname)) visitor.faults.push(`request to another host: ${url.host}`)
    })
    context.on('response', (response) => {
      const { pathname } = new URL(response.url())
      if (response.status() >= 400 && !visitor.expected(response.status(), pathname)) {
        visitor.faults.push(`${response.status()} from ${response.request().method()} ${pathname}`)
      }
    })
    context.on('console', (message) => {
      if (message.type() !== 'error' && !/content security policy/i.test(message.text())) return
      // The server's refusals appear here too; the answers themselves are judged above.
      if (/^Failed to load resource: the server responded with a status of/.test(message.text())) return
      // Over plain HTTP browsers say that they leave this header aside.
      if (/Cross-Origin-Opener-Policy header has been ignored/.test(message.text())) return
      visitor.faults.push(`console: ${message.text()}`)
    })
    context.on('weberror', (error) => { visitor.faults.push(`uncaught: ${error.error().message}`) })
    return visitor
  }

  /**
   * Whether an answer of the server is part of the journey. Nobody is logged
   * in when the desk asks for the first time.
   * @param {number} status
   * @param {string} path
   */
  expected(status, path) {
    return this.refusals.includes(status) || (status === 401 && path === '/api/v1/session')
  }
}
