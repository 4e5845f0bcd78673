import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from './eventually.js'
import { Program, run } from './program.js'

/**
 * @typedef {{ username: string, name: string, role: 'officer' | 'supervisor' | 'admin', unit: string, password: string }} Account
 */

/**
 * A portal that runs, however many processes it is made of.
 * @typedef {object} Portal
 * @property {string} site address of the public site
 * @property {string} desk address of the desk
 * @property {(account: Account) => Promise<void>} addAccount
 * @property {(username: string) => Promise<void>} disableAccount
 * @property {() => Promise<{ ms: number }>} stop stops it in order and keeps its data
 * @property {() => Promise<void>} remove stops it and removes its data
 * @property {() => string} log what its programs printed last
 */

/** Everything in one process, on embedded engines. */
export class OneProcess {
  /** @param {string} folder */
  constructor(folder) {
    this.folder = folder
    this.site = ''
    this.desk = ''
    this.program = /** @type {Program | null} */ (null)
  }

  static async start() {
    const portal = new OneProcess(await dataFolder())
    await portal.start()
    return portal
  }

  /** Starts it on its folder: at the addresses that it had before, if it had any. */
  async start() {
    const address = (/** @type {string} */ url) => (url === '' ? '127.0.0.1:0' : new URL(url).host)
    const program = new Program('portal', ['serve', '--public', address(this.site), '--desk', address(this.desk), '--data', this.folder])
    this.program = program
    this.site = await program.line(/^Public site\s+(\S+)/)
    this.desk = await program.line(/^Desk\s+(\S+)/)
    await ready(this.site)
    await ready(this.desk)
  }

  /** @param {Account} account */
  addAccount(account) {
    return addAccount(account, ['--data', this.folder], {})
  }

  /** @param {string} username */
  disableAccount(username) {
    return run('portal', ['user', 'disable', username, '--data', this.folder], {})
  }

  async stop() {
    if (this.program === null) throw new Error('the portal does not run')
    return this.program.stop()
  }

  async remove() {
    await this.program?.stop()
    await rm(this.folder, { recursive: true, force: true })
  }

  log() {
    return this.program?.log() ?? ''
  }
}

/** Engines, intake, triage and desk as processes of their own, which meet over TCP. */
export class SeparateProcesses {
  programs = /** @type {Program[]} */ ([])

  /** @param {string} folder */
  constructor(folder) {
    this.folder = folder
    this.site = ''
    this.desk = ''
    this.env = /** @type {Record<string, string>} */ ({})
  }

  static async start() {
    const portal = new SeparateProcesses(await dataFolder())
    const engine = portal.launch('engine', ['--data', portal.folder])
    const addresses = JSON.parse(await engine.line(/^(\{.*"mongodb_uri".*\})/))
    const [site, desk, triage] = await freeAddresses(3)
    portal.env = {
      MONGODB_URI: addresses.mongodb_uri,
      NATS_URL: addresses.nats_url,
      PORTAL_RECEIPT_KEY: '5a'.repeat(32),
      PORTAL_PUBLIC: site,
      PORTAL_DESK: desk,
      PORTAL_TRIAGE: triage,
    }
    for (const name of ['triage', 'desk', 'intake']) portal.launch(name, [])
    portal.site = `http://${site}`
    portal.desk = `http://${desk}`
    for (const address of [site, desk, triage]) await ready(`http://${address}`)
    return portal
  }

  /**
   * @param {string} name
   * @param {string[]} args
   */
  launch(name, args) {
    const program = new Program(name, args, { env: this.env })
    this.programs.push(program)
    return program
  }

  /** @param {Account} account */
  addAccount(account) {
    return addAccount(account, [], this.env)
  }

  /** @param {string} username */
  disableAccount(username) {
    return run('portal', ['user', 'disable', username], { env: this.env })
  }

  async stop() {
    const began = Date.now()
    for (const program of this.programs.toReversed()) await program.stop()
    return { ms: Date.now() - began }
  }

  async remove() {
    await this.stop()
    await rm(this.folder, { recursive: true, force: true })
  }

  log() {
    return this.programs.map((program) => program.log()).join('\n')
  }
}

/**
 * @param {Account} account
 * @param {string[]} where
 * @param {Record<string, string>} env
 */
function addAccount({ username, name, role, unit, password }, where, env) {
  const args = ['user', 'add', username, '--name', name, '--role', role, '--unit', unit, '--password-stdin', ...where]
  return run('portal', args, { env, input: `${password}\n` })
}

function dataFolder() {
  return mkdtemp(join(tmpdir(), 'phananh-journeys-'))
}

/** @param {string} url */
function ready(url) {
  return eventually(`${url} is ready`, async () => {
    const answer = await fetch(`${url}/readyz`)
    if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`)
    return true
  }, 20_000)
}

/**
 * Addresses that were free a moment ago, all different.
 * @param {number} n
 * @returns {Promise<string[]>}
 */
async function freeAddresses(n) {
  const servers = await Promise.all(Array.from({ length: n }, () => new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => { resolve(server) })
  })))
  const addresses = servers.map((server) => `127.0.0.1:${server.address().port}`)
  await Promise.all(servers.map((server) => new Promise((resolve) => { server.close(resolve) })))
  return addresses
}
