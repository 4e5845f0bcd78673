import { publicName } from '../harness/browser.js'
import { OneProcess } from '../harness/portal.js'
import { Scene } from '../harness/scene.js'
import { Desk, staff } from '../pages/desk.js'
import { Site, stolenMotorbike } from '../pages/site.js'

const scene = new Scene(() => OneProcess.start(), [staff.an])

const byName = (/** @type {string} */ url) => url.replace('127.0.0.1', publicName)

scene.journey('the form and the desk work over plain HTTP under a name of their own', async () => {
  const resident = await scene.visitor({ width: 360, javaScript: false })
  const site = new Site(resident.page, byName(scene.portal.site))
  await site.open()
  await site.startReport()
  await site.fill(stolenMotorbike)
  await site.check()
  const { caseNumber, receipt } = await site.send()
  await site.track(receipt)
  await resident.page.getByRole('heading', { level: 1, name: caseNumber }).waitFor()

  const officer = await scene.visitor()
  const desk = new Desk(officer.page, byName(scene.portal.desk))
  await desk.open(staff.an)
  await desk.openCase(caseNumber)
  await desk.claim()
})
