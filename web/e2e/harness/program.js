import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { eventually } from './eventually.js'

const bin = fileURLToPath(new URL('../../../bin/', import.meta.url))

/** How long a program may take to stop in order, in milliseconds. */
export const stopWithinMs = 10_000

/** Programs that run, so that none outlives the tests. */
const running = new Set()
process.on('exit', () => { for (const child of running) child.kill('SIGKILL') })
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1))

/** One of the portal's programs, as a process. */
export class Program {
  /** What it has printed, on both outputs. */
  lines = /** @type {string[]} */ ([])

  /**
   * Starts bin/<name>. The process sees none of the portal's settings that may
   * stand in the environment of whoever runs the tests.
   * @param {string} name
   * @param {string[]} args
   * @param {{ env?: Record<string, string>, input?: string }} [options] input: its whole standard input; without it, the input stays open
   */
  constructor(name, args, { env = {}, input } = {}) {
    const file = bin + name
    if (!existsSync(file)) throw new Error(`${file} is missing; run make build`)
    this.name = name
    this.child = spawn(file, args, { env: { ...ownEnvironment(), ...env }, stdio: 'pipe' })
    running.add(this.child)
    this.ended = once(this.child, 'exit').then(([code, signal]) => {
      running.delete(this.child)
      return signal ?? code
    })
    for (const stream of [this.child.stdout, this.child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => this.lines.push(line))
    }
    this.child.stdin.on('error', () => {}) // it may end without having read everything
    if (input !== undefined) this.child.stdin.end(input)
  }

  /**
   * Waits for a line.
   * @param {RegExp} pattern
   * @returns {Promise<string>} the first group of the pattern
   */
  async line(pattern) {
    return eventually(`${this.name} prints ${pattern}`, () => {
      const match = this.lines.map((line) => pattern.exec(line)).find((it) => it !== null)
      if (match) return match[1]
      if (this.child.exitCode !== null) throw new Error(`it ended with ${this.child.exitCode}:\n${this.log()}`)
      return ''
    }, 20_000)
  }

  /**
   * Asks it to stop in order.
   * @returns {Promise<{ result: number | string, ms: number }>} exit code or signal, and how long it took
   * @throws {Error} when it does not stop in time; it is killed then
   */
  async stop() {
    const began = Date.now()
    if (this.child.exitCode === null) this.child.kill('SIGINT')
    const late = setTimeout(() => this.child.kill('SIGKILL'), stopWithinMs)
    const result = await this.ended
    clearTimeout(late)
    if (result === 'SIGKILL') throw new Error(`${this.name} did not stop within ${stopWithinMs} ms:\n${this.log()}`)
    return { result, ms: Date.now() - began }
  }

  /** The end of what it printed. */
  log(lines = 40) {
    return this.lines.slice(-lines).map((line) => `${this.name}| ${line}`).join('\n')
  }
}

/**
 * Runs a command to its end.
 * @param {string} name
 * @param {string[]} args
 * @param {{ env?: Record<string, string>, input?: string }} options
 */
export async function run(name, args, options) {
  const program = new Program(name, args, { input: '', ...options })
  const result = await program.ended
  if (result !== 0) throw new Error(`${name} ${args.slice(0, 3).join(' ')} ended with ${result}:\n${program.log()}`)
}

function ownEnvironment() {
  const foreign = (/** @type {string} */ name) => name.startsWith('PORTAL_') || name.startsWith('MONGODB_URI') || name.startsWith('NATS_URL')
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign(name)))
}
