import { assertAccessible } from '../harness/accessible.js'
import { OneProcess } from '../harness/portal.js'
import { Scene } from '../harness/scene.js'
import { Site, stolenMotorbike } from '../pages/site.js'

const scene = new Scene(() => OneProcess.start())

for (const language of /** @type {const} */ (['vi', 'en'])) {
  scene.journey(`every page of the public site is accessible in ${language}, narrow and wide, light and dark`, async () => {
    const { page } = await scene.visitor({ refusals: [404, 422] })
    const site = new Site(page, scene.portal.site, language)
    const check = (/** @type {string} */ state) => assertAccessible(page, `${state} (${language})`)
    await site.open()
    await check('start')
    await site.goTo('nav.privacy')
    await check('privacy')
    await page.goto(`${site.start}/khong-co`)
    await check('page that does not exist')

    await site.goTo('nav.report')
    await check('form')
    await site.check()
    await site.summary.waitFor()
    await check('form with errors')
    await page.locator('#place-search').fill('my')
    await page.getByRole('option').first().waitFor()
    await check('form with the list of places open')
    await page.keyboard.press('Escape')
    await page.locator('#when-earlier').check()
    await page.locator('#contact-named').check()
    await check('form with all of its fields')
    await site.fill(stolenMotorbike)
    await site.check()
    await site.checking()
    await check('check your answers')
    const { receipt } = await site.send()
    await check('confirmation')

    await site.goTo('nav.track')
    await check('track')
    await page.getByRole('button', { name: site.words['track.show'] }).click()
    await site.summary.waitFor()
    await check('track with an error')
    await site.track(receipt)
    await page.locator('#text').waitFor()
    await check('a report')
    await site.write('Tôi vừa nhớ ra: người đó đội mũ bảo hiểm màu vàng, đi dép.')
    await check('a report with messages')
  })
}

scene.journey('without JavaScript the form is as accessible', async () => {
  const { page } = await scene.visitor({ refusals: [422] })
  // The inspection itself is a script, so the page's own ones are taken away instead.
  await page.route(/\.js(\?|$)/, (route) => route.fulfill({ contentType: 'text/javascript', body: '' }))
  const site = new Site(page, scene.portal.site)
  await site.open()
  await site.startReport()
  await page.locator('#commune').waitFor() // the lists are there
  await assertAccessible(page, 'form without JavaScript')
  await site.check()
  await site.summary.waitFor()
  await assertAccessible(page, 'form without JavaScript, with errors')
})
