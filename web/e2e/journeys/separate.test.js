import { SeparateProcesses } from '../harness/portal.js'
import { Scene } from '../harness/scene.js'
import { Desk, staff } from '../pages/desk.js'
import { Site, stolenMotorbike } from '../pages/site.js'

const scene = new Scene(() => SeparateProcesses.start(), [staff.an])

scene.journey('with intake, triage and desk as separate processes a report goes to the officer and the reply comes back', async () => {
  const officer = await scene.visitor()
  const desk = new Desk(officer.page, scene.portal.desk)
  await desk.open(staff.an)
  await desk.live()
  await desk.mark()

  const resident = await scene.visitor({ width: 360, javaScript: false })
  const site = new Site(resident.page, scene.portal.site)
  const { caseNumber, receipt } = await site.report(stolenMotorbike)
  await desk.row(caseNumber).waitFor()
  await desk.openCase(caseNumber)
  await desk.claim()
  const reply = 'Chào bạn, chúng tôi đã nhận vụ và đang xem camera trong hẻm.'
  await desk.compose('reply', reply)
  await desk.send('reply', reply)
  await desk.assertNotReloaded()
  await site.track(receipt)
  await site.assertSays(reply)
  await site.assertSays(site.words['status.claimed'])
})
