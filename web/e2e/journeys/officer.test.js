import assert from 'node:assert/strict'
import { OneProcess } from '../harness/portal.js'
import { Scene } from '../harness/scene.js'
import { Desk, staff, words } from '../pages/desk.js'
import { sendReport, Site, stolenMotorbike } from '../pages/site.js'

const scene = new Scene(() => OneProcess.start(), [staff.an, staff.binh, staff.chau])

const reply = 'Chào bạn, chúng tôi đã xem camera của nhà đối diện. Bạn có nhớ biển số xe không?'
const answer = 'Dạ, biển số có hai số cuối là 68, xe còn dán hình ngôi sao ở đuôi.'
const outcome = 'Chúng tôi đã tìm thấy xe của bạn. Mời bạn mang giấy tờ xe đến trụ sở để nhận lại.'

scene.journey('a report arrives at the open queue, is claimed, answered and resolved, and the resident sees it all', async () => {
  const officer = await scene.visitor()
  const desk = new Desk(officer.page, scene.portal.desk)
  await desk.open(staff.an)
  await officer.page.getByText(words.empty).waitFor()
  await desk.live()
  await desk.mark()

  const resident = await scene.visitor({ width: 360, javaScript: false })
  const site = new Site(resident.page, scene.portal.site)
  const { caseNumber, receipt } = await site.report(stolenMotorbike)
  await desk.row(caseNumber).waitFor()
  assert.match(await desk.row(caseNumber).innerText(), /Trộm cắp tài sản[\s\S]*Phường Mỹ Bình/)
  await desk.row(caseNumber).getByText(words.new, { exact: true }).waitFor()

  await desk.openCase(caseNumber)
  assert.equal(await desk.case.locator('.narrative').textContent(), stolenMotorbike.narrative)
  await desk.claim()
  await desk.row(caseNumber).getByText(words.mine).waitFor()
  await desk.compose('note', 'Đã gọi tổ trưởng khóm, hẹn xem camera lúc 15 giờ.')
  await desk.send('note', 'Đã gọi tổ trưởng khóm, hẹn xem camera lúc 15 giờ.')
  await desk.compose('reply', reply)
  await desk.send('reply', reply)

  await site.track(receipt)
  await site.assertSays(reply)
  const seen = await resident.page.locator('main').innerText()
  assert.ok(!seen.includes('tổ trưởng khóm'), 'notes stay inside')
  assert.ok(!seen.includes(staff.an.name), 'officers are not named')
  await site.write(answer)
  await desk.row(caseNumber).getByText(words.unanswered).waitFor()
  await desk.happened(answer)

  await desk.command('resolve').click()
  await desk.case.getByLabel(words.outcome, { exact: true }).selectOption('handled')
  await desk.case.getByLabel(words.text.resolve).fill(outcome)
  await desk.send('resolve', outcome)
  await officer.page.getByText(words.empty).waitFor()
  await desk.assertNotReloaded()

  await site.track(receipt)
  await site.assertSays(outcome)
  await site.assertSays(site.words['outcome.handled'])
})

scene.journey('an officer of another district neither sees a report nor gets it by its address', async () => {
  const { caseNumber } = await sendReport(scene.portal.site, stolenMotorbike)
  const own = await sendReport(scene.portal.site, { ...stolenMotorbike, district: '884', commune: '30316' })
  const { page } = await scene.visitor({ refusals: [404, 403] })
  const desk = new Desk(page, scene.portal.desk)
  await desk.open(staff.chau)
  await desk.row(own.caseNumber).waitFor()
  assert.equal(await desk.row(caseNumber).count(), 0)
  await page.goto(`${scene.portal.desk}/cases/${caseNumber}`)
  await page.getByText(words.notFound).waitFor()
  assert.ok(!(await page.locator('body').innerText()).includes('Camera nhà đối diện'))

  const api = `${scene.portal.desk}/api/v1`
  const foreign = await page.request.get(`${api}/cases/${caseNumber}`)
  const missing = await page.request.get(`${api}/cases/AG-0000-0000-0000`)
  assert.equal(foreign.status(), 404)
  assert.equal(await foreign.text(), await missing.text(), 'a foreign case looks like one that does not exist')
  assert.equal((await page.request.get(`${api}/queue?unit=883`)).status(), 403)
  const claim = await page.request.post(`${api}/cases/${caseNumber}/actions`, { data: { type: 'claim', expect: 1 } })
  assert.equal(claim.status(), 404)
})

scene.journey('a colleague sees at once that a case is taken', async () => {
  const { caseNumber } = await sendReport(scene.portal.site, stolenMotorbike)
  const [an, binh] = await Promise.all([staff.an, staff.binh].map(async (account) => {
    const { page } = await scene.visitor()
    const desk = new Desk(page, scene.portal.desk)
    await desk.open(account)
    await desk.live()
    await desk.openCase(caseNumber)
    return desk
  }))
  await an.claim()
  await binh.row(caseNumber).getByText(staff.an.name).waitFor()
  await binh.case.locator('.timeline').getByText(staff.an.name).waitFor()
  assert.equal(await binh.command('claim').count(), 0, 'it is no longer offered')
})

scene.journey('who claims second is told who was first, and keeps what they typed', async () => {
  const { caseNumber } = await sendReport(scene.portal.site, stolenMotorbike)
  const { page } = await scene.visitor({ refusals: [409] })
  const binh = new Desk(page, scene.portal.desk)
  await binh.open(staff.binh)
  await binh.openCase(caseNumber)
  const claimed = async () => {
    const visitor = await scene.visitor()
    const an = new Desk(visitor.page, scene.portal.desk)
    await an.open(staff.an, `/cases/${caseNumber}`)
    await an.claim()
  }

  // Both press at the same moment: the slower request arrives second.
  const note = 'Tôi quen chủ tiệm sửa xe ở đầu hẻm, để tôi hỏi thêm.'
  await binh.compose('note', note)
  await beat(page, claimed, () => page.getByRole('button', { name: words.send.note }).click())
  await binh.case.getByRole('alert').getByText(words.kept).waitFor()
  await binh.case.getByRole('alert').getByText(staff.an.name).waitFor()
  assert.equal(await binh.case.getByLabel(words.text.note).inputValue(), note)
  await binh.send('note', note)
})

scene.journey('of two who claim at the same moment one has the case, and the other sees whose it is', async () => {
  const { caseNumber } = await sendReport(scene.portal.site, stolenMotorbike)
  const { page } = await scene.visitor({ refusals: [409] })
  const binh = new Desk(page, scene.portal.desk)
  await binh.open(staff.binh)
  await binh.openCase(caseNumber)
  await beat(page, async () => {
    const visitor = await scene.visitor()
    const an = new Desk(visitor.page, scene.portal.desk)
    await an.open(staff.an, `/cases/${caseNumber}`)
    await an.claim()
  }, () => binh.command('claim').click())
  await binh.case.getByRole('alert').getByText(staff.an.name).waitFor()
  await binh.row(caseNumber).getByText(staff.an.name).waitFor()
})

/**
 * Lets somebody else be first: what a page sends is held back until they are done.
 * @param {import('playwright-core').Page} page
 * @param {() => Promise<void>} first
 * @param {() => Promise<void>} second
 */
async function beat(page, first, second) {
  const actions = '**/actions'
  await page.route(actions, async (route) => {
    await first()
    await route.continue()
  }, { times: 1 })
  const answered = page.waitForResponse((response) => response.url().endsWith('/actions'))
  await second()
  assert.equal((await answered).status(), 409)
}
