import assert from 'node:assert/strict'
import { OneProcess } from '../harness/portal.js'
import { Scene } from '../harness/scene.js'
import { Site, stolenMotorbike, texts } from '../pages/site.js'

const scene = new Scene(() => OneProcess.start())

scene.journey('a resident with a cheap phone and without JavaScript reports, repeats safely, and follows up', async () => {
  const { page } = await scene.visitor({ width: 360, height: 640, javaScript: false, refusals: [422] })
  const site = new Site(page, scene.portal.site)
  await site.open()
  await site.assertEmergencyNumbers()
  await site.startReport()

  // Sent empty but for a few words: each gap is named, and nothing typed is lost.
  await page.locator('#narrative').fill('Mất xe')
  await page.locator('#address').fill(stolenMotorbike.address ?? '')
  await page.locator('#address').fill('')
  await site.check()
  await site.summary.waitFor()
  await assertFocused(site.summary, 'the error summary takes the focus')
  assert.match(await page.title(), new RegExp(`^${site.words['error.prefix']}`))
  assert.equal(await page.locator('#narrative').inputValue(), 'Mất xe')
  const links = await site.summary.getByRole('link').all()
  assert.ok(links.length >= 3, 'category, narrative and place are named')
  for (const link of links) {
    const target = page.locator((await link.getAttribute('href')) ?? 'nothing')
    assert.equal(await target.count(), 1, `${await link.textContent()} leads to a field`)
  }
  await site.summary.getByRole('link', { name: 'Hãy kể rõ hơn một chút' }).click()
  await assertFocused(page.locator('#narrative'), 'the link leads into the field')
  assert.equal(await page.locator('#narrative').getAttribute('aria-invalid'), 'true')

  await site.fill(stolenMotorbike)
  await site.check()
  await site.checking()
  await site.answer(site.words['check.category']).getByText('Trộm cắp tài sản').waitFor()
  await site.answer(site.words['check.place']).getByText('Phường Mỹ Bình').waitFor()
  await site.answer(site.words['check.narrative']).getByText('Camera nhà đối diện').waitFor()

  // One answer is changed; the others stay.
  await site.answer(site.words['check.place']).getByRole('button').click()
  await site.form.waitFor()
  assert.equal(await page.locator('#narrative').inputValue(), stolenMotorbike.narrative)
  assert.equal(await page.locator('#commune').inputValue(), '30280')
  await page.locator('#commune').selectOption('30283')
  await site.check()
  await site.checking()
  await site.answer(site.words['check.place']).getByText('Phường Mỹ Long').waitFor()

  const first = await site.send()
  await site.assertSays('Công an thành phố Long Xuyên')
  await site.assertEmergencyNumbers()
  assert.ok(!page.url().includes(first.receipt.slice(0, 5)), 'the receipt is not in the address')

  // The phone loads the page again, as phones do: it is the same report.
  await page.reload()
  assert.deepEqual(await site.confirmation(), first)

  await site.track(first.receipt.toLowerCase().replaceAll('-', ' '))
  await page.getByRole('heading', { level: 1, name: first.caseNumber }).waitFor()
  await site.assertSays('Trộm cắp tài sản')
  assert.ok(!page.url().includes(first.receipt.slice(0, 5)), 'the receipt is not in the address')
  await site.write('Tôi vừa nhớ ra: biển số có hai số cuối là 68.')
})

scene.journey('a resident reports in English and finds the ward by typing without diacritics', async () => {
  const { page } = await scene.visitor({ width: 1440, refusals: [422] })
  await new Site(page, scene.portal.site).open()
  await page.getByRole('banner').getByRole('link', { name: 'English' }).click()
  const site = new Site(page, scene.portal.site, 'en')
  await page.getByRole('heading', { level: 1, name: site.words['start.title'] }).waitFor()
  assert.equal(await page.locator('html').getAttribute('lang'), 'en')
  await site.startReport()
  await site.check()
  await site.summary.getByRole('link', { name: site.words['field.place.required'] }).waitFor()
  await assertFocused(site.summary, 'the error summary takes the focus')

  await page.getByRole('radio', { name: 'Theft', exact: true }).check()
  await page.locator('#narrative').fill('My motorbike was taken from the yard of the guest house at about two in the morning.')
  const search = page.getByRole('combobox', { name: site.words['place.search'] })
  await search.focus()
  await site.typePlace('my binh', 'Mỹ Bình Ward')

  // To and fro between the languages, and what was told is still there.
  await page.getByRole('button', { name: 'Tiếng Việt' }).click()
  await page.getByRole('heading', { level: 1, name: texts.vi['form.title'] }).waitFor()
  assert.match(await page.locator('#narrative').inputValue(), /^My motorbike/)
  assert.match(await page.locator('#place-search').inputValue(), /Phường Mỹ Bình/)
  await page.getByRole('button', { name: 'English' }).click()
  await page.getByRole('heading', { level: 1, name: site.words['form.title'] }).waitFor()
  await page.getByRole('radio', { name: site.words['form.named'] }).check()
  await page.getByLabel(site.words['form.phone']).fill('0900 000 123')
  await site.check()
  await site.checking()
  await site.answer(site.words['check.place']).getByText('Mỹ Bình Ward').waitFor()
  await site.answer(site.words['check.contact']).getByText('0900').waitFor()

  await site.answer(site.words['check.contact']).getByRole('button').click()
  await page.getByRole('radio', { name: site.words['form.anonymous'] }).check()
  await site.check()
  await site.checking()
  await site.answer(site.words['check.contact']).getByText(site.words['form.anonymous']).waitFor()

  const { caseNumber, receipt } = await site.send()
  await site.assertSays('Long Xuyên City Police')
  await site.assertEmergencyNumbers()
  await page.reload()
  assert.deepEqual(await site.confirmation(), { caseNumber, receipt })
  await page.getByRole('button', { name: site.words['confirmation.track'] }).click()
  await page.getByRole('heading', { level: 1, name: caseNumber }).waitFor()
  await site.track(receipt)
  await page.getByRole('heading', { level: 1, name: caseNumber }).waitFor()
})

scene.journey('a ward typed in full is chosen, and going back keeps everything', async () => {
  const { page } = await scene.visitor({ width: 360 })
  const site = new Site(page, scene.portal.site)
  await site.open()
  await site.startReport()
  await page.locator('#category-theft').check()
  await page.locator('#narrative').fill(stolenMotorbike.narrative)
  await page.locator('#place-search').fill('Phường Mỹ Long')
  await page.locator('#address').fill('Hẻm 12, khóm 3')
  await site.check()
  await site.checking()
  await page.goBack()
  await site.form.waitFor()
  assert.equal(await page.locator('#commune').inputValue(), '30283')
  assert.equal(await page.locator('#address').inputValue(), 'Hẻm 12, khóm 3')
  await page.waitForFunction(() => /Mỹ Long/.test(/** @type {HTMLInputElement} */ (document.getElementById('place-search')).value))
})

scene.journey('a wrong receipt is answered with what to do, not with a report', async () => {
  const { page } = await scene.visitor({ width: 360, refusals: [404, 422] })
  const site = new Site(page, scene.portal.site)
  await site.track('AAAAA-BBBBB-CCCCC-DDDDD')
  await site.summary.waitFor()
  await assertFocused(site.summary, 'the error summary takes the focus')
  await site.track('ngắn quá')
  await site.summary.waitFor()
  assert.equal(await page.locator('#receipt').inputValue(), 'ngắn quá')
})

/**
 * @param {import('playwright-core').Locator} element
 * @param {string} what
 */
async function assertFocused(element, what) {
  assert.ok(await element.evaluate((it) => it === document.activeElement), what)
}
