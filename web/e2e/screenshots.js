// Pictures of the portal as people see it, for looking at: node screenshots.js <folder>
import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import process from 'node:process'
import { themes, widths } from './harness/accessible.js'
import { openBrowser, Visitor } from './harness/browser.js'
import { OneProcess } from './harness/portal.js'
import { run } from './harness/program.js'
import { Desk, staff, words } from './pages/desk.js'
import { Site, stolenMotorbike } from './pages/site.js'

const [target] = process.argv.slice(2)
if (target === undefined) {
  process.stderr.write('usage: npm run screenshots -- <folder>\n')
  process.exit(2)
}
const folder = resolve(target)
await mkdir(folder, { recursive: true })

const portal = await OneProcess.start()
const browser = await openBrowser()
try {
  for (const account of Object.values(staff)) await portal.addAccount(account)
  await run('load', ['demo', '--public', portal.site, '--count', '200', '--seed', '7'], {})
  await live()
  for (const width of widths) {
    for (const colours of themes) await takeAll(width, colours)
  }
} finally {
  await browser.close()
  await portal.remove()
}

/** A few cases are worked on, so that queue, case and figures look as on a working day. */
async function live() {
  const { page } = await Visitor.arrive(browser, {})
  const desk = new Desk(page, portal.desk)
  await desk.open(staff.an)
  await desk.list.locator('a').first().waitFor()
  const numbers = await desk.list.locator('a').evaluateAll((rows) => rows.map((row) => row.dataset.case ?? ''))
  for (const [i, number] of numbers.slice(0, 6).entries()) {
    await desk.openCase(number)
    await desk.claim()
    if (i % 2 === 0) {
      const reply = 'Chào bạn, chúng tôi đã nhận phản ánh và cử cán bộ đến kiểm tra ngay trong chiều nay. Nếu bạn thấy thêm điều gì, hãy nhắn vào đây.'
      await desk.compose('reply', reply)
      await desk.send('reply', reply)
    }
    if (i % 3 === 0) {
      const note = 'Đã gọi cho công an phường, có hai nhà gần đó gắn camera.'
      await desk.compose('note', note)
      await desk.send('note', note)
    }
    if (i === 4) {
      const outcome = 'Chúng tôi đã đến kiểm tra và lập biên bản. Cảm ơn bạn đã báo tin.'
      await desk.command('resolve').click()
      await desk.case.getByLabel(words.outcome, { exact: true }).selectOption('handled')
      await desk.case.getByLabel(words.text.resolve).fill(outcome)
      await desk.send('resolve', outcome)
    }
  }
  await page.context().close()
}

/**
 * @param {number} width
 * @param {'light' | 'dark'} colours
 */
async function takeAll(width, colours) {
  const visit = { width, height: width === 360 ? 740 : 900, colours, refusals: [422] }
  const take = async (/** @type {import('playwright-core').Page} */ page, /** @type {string} */ name, whole = true) => {
    await page.screenshot({ path: `${folder}/${name}-${width}-${colours}.png`, fullPage: whole })
  }

  const resident = await Visitor.arrive(browser, visit)
  const site = new Site(resident.page, portal.site)
  await site.open()
  await take(resident.page, 'start')
  await site.startReport()
  await take(resident.page, 'form')
  await site.check()
  await site.summary.waitFor()
  await take(resident.page, 'form-errors')
  await site.fill(stolenMotorbike)
  await site.check()
  await site.checking()
  await take(resident.page, 'check')
  const { caseNumber, receipt } = await site.send()
  await take(resident.page, 'confirmation')

  const officer = await Visitor.arrive(browser, visit)
  const desk = new Desk(officer.page, portal.desk)
  await officer.page.goto(portal.desk)
  await officer.page.getByLabel(words.username).waitFor()
  await take(officer.page, 'login', false)
  await desk.open(staff.an)
  await desk.list.locator('a').first().waitFor()
  await take(officer.page, 'queue', false)
  await officer.page.goto(`${portal.desk}/cases/${caseNumber}`)
  await desk.claim()
  const reply = 'Chào bạn, chúng tôi đã nhận vụ của bạn và đang xem camera của nhà đối diện. Bạn có nhớ biển số xe không?'
  await desk.compose('reply', reply)
  await take(officer.page, 'case-reply', false)
  await desk.send('reply', reply)
  await site.track(receipt)
  await site.write('Dạ, biển số có hai số cuối là 68, xe còn dán hình ngôi sao ở đuôi.')
  await take(resident.page, 'track')
  await desk.happened('hình ngôi sao')
  await take(officer.page, 'case', false)
  await officer.page.keyboard.press('?')
  await officer.page.getByRole('dialog').waitFor()
  await take(officer.page, 'help', false)
  await resident.context.close()
  await officer.context.close()

  const supervisor = await Visitor.arrive(browser, visit)
  const overview = new Desk(supervisor.page, portal.desk)
  await overview.open(staff.dung)
  await supervisor.page.getByRole('table').waitFor()
  await take(supervisor.page, 'queues', false)
  await supervisor.page.goto(`${portal.desk}/figures`)
  await supervisor.page.getByRole('table').first().waitFor()
  await take(supervisor.page, 'figures', false)
  await supervisor.page.goto(`${portal.desk}/figures/cases?days=30&clock=acknowledge&set=received`)
  await supervisor.page.getByRole('table').waitFor()
  await take(supervisor.page, 'figure-cases', false)
  await supervisor.context.close()

  const admin = await Visitor.arrive(browser, visit)
  await new Desk(admin.page, portal.desk).open(staff.em)
  await admin.page.getByRole('table').waitFor()
  await take(admin.page, 'accounts', false)
  await admin.context.close()
}
