import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

const names = ['chromium', 'chromium-browser', 'google-chrome']

/**
 * The Chromium that drives the journeys: the one that CHROMIUM names, one on
 * the PATH, or Playwright's own.
 * @returns {string} its file
 * @throws {Error} when there is none, saying how to get one
 */
export function findChromium() {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  const candidates = process.env.CHROMIUM
    ? [process.env.CHROMIUM]
    : [...names.flatMap((name) => folders.map((folder) => join(folder, name))), chromium.executablePath()]
  const file = candidates.find(executable)
  if (file === undefined) throw new Error('no Chromium found; run web/e2e/install-chromium or set CHROMIUM')
  return file
}

/** @param {string} file */
function executable(file) {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.stdout.write(`${findChromium()}\n`)
