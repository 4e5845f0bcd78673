import assert from 'node:assert/strict'
import { arrowTo, focused, tabTo } from '../harness/keyboard.js'
import { OneProcess } from '../harness/portal.js'
import { Scene } from '../harness/scene.js'
import { Desk, staff, words } from '../pages/desk.js'
import { sendReport, Site, stolenMotorbike } from '../pages/site.js'

const scene = new Scene(() => OneProcess.start(), [staff.an])

scene.journey('a resident without a mouse sends a report', async () => {
  const { page } = await scene.visitor()
  const { keyboard } = page
  const site = new Site(page, scene.portal.site)
  await site.open()
  await keyboard.press('Tab')
  assert.equal(await page.locator(':focus').textContent(), site.words['site.skip'], 'the first stop skips the top of the page')
  await tabTo(page, page.getByRole('main').getByRole('link', { name: site.words['nav.report'] }))
  await keyboard.press('Enter')
  await site.form.waitFor()

  await arrowTo(page, page.locator('input[name=category]'), page.locator('#category-theft'))
  await tabTo(page, page.locator('#narrative'))
  await keyboard.insertText(stolenMotorbike.narrative)
  await tabTo(page, page.locator('#place-search'))
  await site.typePlace('my long', 'Phường Mỹ Long')
  await arrowTo(page, page.locator('input[name=when]'), page.locator('#when-ongoing'))
  await arrowTo(page, page.locator('input[name=contact]'), page.locator('#contact-anonymous'))
  await tabTo(page, page.getByRole('main').getByRole('button', { name: site.words['form.check'], exact: true }))
  await keyboard.press('Enter')
  await site.checking()
  await site.answer(site.words['check.place']).getByText('Phường Mỹ Long').waitFor()
  await tabTo(page, page.getByRole('button', { name: site.words['check.send'] }))
  await keyboard.press('Enter')
  await site.confirmation()
})

scene.journey('an officer without a mouse claims a case and replies', async () => {
  const { caseNumber } = await sendReport(scene.portal.site, { ...stolenMotorbike, category: 'fraud' })
  const { page } = await scene.visitor()
  const { keyboard } = page
  const desk = new Desk(page, scene.portal.desk)
  await page.goto(scene.portal.desk)
  await page.getByLabel(words.username).waitFor()
  assert.ok(await focused(page.getByLabel(words.username)), 'one can type one’s name at once')
  await keyboard.type(staff.an.username)
  await keyboard.press('Tab')
  await keyboard.type(staff.an.password)
  await keyboard.press('Enter')

  await desk.row(caseNumber).waitFor()
  for (let i = 0; i < 5 && !(await focused(desk.row(caseNumber))); i++) await keyboard.press('j')
  await keyboard.press('Enter')
  await desk.command('claim').waitFor()
  await keyboard.press('c')
  await desk.command('reply').waitFor()
  const reply = 'Chúng tôi đã nhận vụ của bạn. Chữ c, r, e trong câu này không phải là phím tắt.'
  await keyboard.press('r')
  await page.getByLabel(words.text.reply).waitFor()
  await keyboard.type(reply)
  await keyboard.press('Control+Enter')
  await desk.happened(reply)

  await keyboard.press('Escape')
  await desk.case.waitFor({ state: 'detached' })
  assert.ok(await focused(desk.row(caseNumber)), 'the focus is back where it was')
  await keyboard.press('?')
  await page.getByRole('dialog').waitFor()
  await keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
})
