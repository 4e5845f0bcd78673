import assert from 'node:assert/strict'
import { OneProcess } from '../harness/portal.js'
import { Scene } from '../harness/scene.js'
import { Desk, staff, words } from '../pages/desk.js'
import { sendReport, stolenMotorbike } from '../pages/site.js'

const scene = new Scene(() => OneProcess.start(), [staff.an, staff.binh, staff.dung, staff.em])

scene.journey('a supervisor sees every queue and the response times, and each number opens its cases', async () => {
  const { site } = scene.portal
  const handled = await sendReport(site, stolenMotorbike)
  const waiting = await sendReport(site, { ...stolenMotorbike, category: 'robbery' })
  const elsewhere = await sendReport(site, { ...stolenMotorbike, district: '884', commune: '30316' })
  const officer = await scene.visitor()
  const an = new Desk(officer.page, scene.portal.desk)
  await an.open(staff.an)
  await an.openCase(handled.caseNumber)
  await an.claim()

  const { page } = await scene.visitor()
  const desk = new Desk(page, scene.portal.desk)
  await desk.open(staff.dung)
  const line = (/** @type {string} */ name) => page.getByRole('row').filter({ has: page.getByRole('rowheader', { name, exact: true }) })
  await line('CA TP Long Xuyên').getByRole('link', { name: 'Đang mở, CA TP Long Xuyên: 2' }).waitFor()
  await line('Toàn tỉnh').getByRole('link', { name: 'Đang mở, Toàn tỉnh: 3' }).waitFor()
  await line('CA TP Long Xuyên').getByRole('link', { name: /^Khẩn, .*: 1$/ }).click()
  await desk.row(waiting.caseNumber).waitFor()
  assert.equal(await desk.list.getByRole('link').count(), 1)

  await page.getByRole('navigation').getByRole('link', { name: 'Thời gian xử lý' }).click()
  for (const days of [7, 90, 30]) {
    await page.getByRole('radio', { name: `${days} ngày` }).check()
    await page.waitForURL(`**/figures?days=${days}`)
    const byUnit = page.getByRole('region', { name: 'Theo đơn vị' })
    await byUnit.getByRole('link', { name: 'Gửi đến, CA TP Long Xuyên: 2' }).waitFor()
    await byUnit.getByRole('link', { name: 'Tiếp nhận, Số vụ, CA TP Long Xuyên: 1' }).waitFor()
  }
  await page.getByRole('region', { name: 'Theo đơn vị' }).getByRole('link', { name: 'Tiếp nhận, Số vụ, CA TP Long Xuyên: 1' }).click()
  await page.getByRole('link', { name: handled.caseNumber }).waitFor()
  assert.equal(await page.getByRole('main').getByRole('rowheader').count(), 1, 'the one case that was counted')
  await page.getByRole('link', { name: handled.caseNumber }).click()
  await desk.case.getByText('Camera nhà đối diện').waitFor()

  await page.goto(`${scene.portal.desk}/cases/${elsewhere.caseNumber}`)
  await desk.case.getByText('Công an thành phố Châu Đốc').first().waitFor()
})

scene.journey('a wrong password and an unknown user look the same', async () => {
  const { page } = await scene.visitor()
  const desk = new Desk(page, scene.portal.desk)
  await page.goto(scene.portal.desk)
  const seen = []
  for (const username of [staff.an.username, 'khong.co.ai']) {
    const answer = page.waitForResponse((response) => response.request().method() === 'POST')
    await desk.logIn(username, 'khong-phai-mat-khau-nay')
    const { status, body } = { status: (await answer).status(), body: await (await answer).text() }
    await page.getByRole('alert').getByText(words.badLogin).waitFor()
    await page.getByLabel(words.username).fill('')
    seen.push({ status, body, page: await page.getByRole('main').innerText() })
  }
  assert.equal(seen[0].status, 401)
  assert.deepEqual(seen[1], seen[0])
})

scene.journey('an account that is disabled is out at its next click', async () => {
  const { caseNumber } = await sendReport(scene.portal.site, stolenMotorbike)
  const { page } = await scene.visitor({ refusals: [401] })
  const desk = new Desk(page, scene.portal.desk)
  await desk.open(staff.binh)
  await desk.row(caseNumber).waitFor()
  await scene.portal.disableAccount(staff.binh.username)
  await desk.row(caseNumber).click()
  await page.getByText(words.ended).waitFor()
  assert.ok(!(await page.locator('body').innerText()).includes(caseNumber), 'nothing of the desk is left on the screen')
  await desk.logIn(staff.binh.username, staff.binh.password)
  await page.getByRole('alert').getByText(words.badLogin).waitFor()
})

scene.journey('an administrator makes an account that can log in, and sees no reports', async () => {
  await sendReport(scene.portal.site, stolenMotorbike)
  const { page } = await scene.visitor({ refusals: [403] })
  const desk = new Desk(page, scene.portal.desk)
  await desk.open(staff.em)
  await page.getByRole('button', { name: 'Thêm tài khoản' }).click()
  const dialog = page.getByRole('dialog')
  const phuc = { username: 'phuc.do', name: 'Đỗ Hoàng Phúc', password: 'tam-muoi-hai-con-ga' }
  await dialog.getByLabel('Họ và tên').fill(phuc.name)
  await dialog.getByLabel('Tên đăng nhập').fill(phuc.username)
  await dialog.getByLabel('Đơn vị').selectOption('884')
  await dialog.getByLabel('Mật khẩu').fill(phuc.password)
  await dialog.getByRole('button', { name: 'Tạo tài khoản' }).click()
  await page.getByRole('row').filter({ hasText: phuc.username }).waitFor()
  assert.equal((await page.request.get(`${scene.portal.desk}/api/v1/queue`)).status(), 403)

  const newcomer = await scene.visitor()
  const own = new Desk(newcomer.page, scene.portal.desk)
  await newcomer.page.goto(scene.portal.desk)
  await own.logIn(phuc.username, phuc.password)
  await newcomer.page.getByRole('heading', { level: 1, name: 'Công an thành phố Châu Đốc' }).waitFor()
})
