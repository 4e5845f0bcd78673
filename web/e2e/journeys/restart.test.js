import assert from 'node:assert/strict'
import { stopWithinMs } from '../harness/program.js'
import { OneProcess } from '../harness/portal.js'
import { Scene } from '../harness/scene.js'
import { Desk, staff } from '../pages/desk.js'
import { sendReport, Site, stolenMotorbike } from '../pages/site.js'

const scene = new Scene(() => OneProcess.start(), [staff.an])

scene.journey('a restart finds queue, case and receipt as they were', async () => {
  const first = await sendReport(scene.portal.site, stolenMotorbike)
  const second = await sendReport(scene.portal.site, { ...stolenMotorbike, category: 'robbery' })
  const { page } = await scene.visitor()
  const desk = new Desk(page, scene.portal.desk)
  await desk.open(staff.an)
  await desk.openCase(first.caseNumber)
  await desk.claim()
  const reply = 'Chúng tôi đã nhận vụ của bạn và đang xem camera trong hẻm.'
  await desk.compose('reply', reply)
  await desk.send('reply', reply)
  const queue = await caseNumbers(desk)
  assert.deepEqual(queue, [second.caseNumber, first.caseNumber], 'urgent first')
  const timeline = await desk.case.locator('.timeline').innerText()
  await page.goto('about:blank') // a desk that is open would rightly complain of the lost connection

  const { ms } = await scene.portal.stop()
  assert.ok(ms < stopWithinMs, `stopped in ${ms} ms`)
  await scene.portal.start()

  await page.goto(`${scene.portal.desk}/cases/${first.caseNumber}`)
  await desk.happened(reply)
  assert.deepEqual(await caseNumbers(desk), queue)
  assert.equal(await desk.case.locator('.timeline').innerText(), timeline)
  const resident = await scene.visitor({ width: 360 })
  const site = new Site(resident.page, scene.portal.site)
  await site.track(first.receipt)
  await site.assertSays(reply)
})

/** @param {Desk} desk */
async function caseNumbers(desk) {
  await desk.list.locator('a').first().waitFor()
  return desk.list.locator('a').evaluateAll((rows) => rows.map((row) => row.dataset.case))
}
