/** The app's network over all nodes: releases find each other in it, and containers of this host join it. */
import { expectStatus, type Engine } from '../engine.ts'
import { overlayName, stackLabel } from './stack-names.ts'

/** Its name. Made when it is not there. */
export async function ensureOverlay(engine: Engine, stack: string): Promise<string> {
  const name = overlayName(stack)
  if ((await engine.ask('GET', `/networks/${name}`)).status === 200) return name
  const answer = await engine.ask('POST', '/networks/create', {
    body: { Name: name, CheckDuplicate: true, Driver: 'overlay', Attachable: true, Labels: { [stackLabel.stack]: stack } },
  })
  // 409: another command has made it meanwhile.
  expectStatus(answer, [201, 409], `Cannot make the network ${name}`)
  return name
}

/** False while something is in it. */
export async function removeOverlay(engine: Engine, stack: string): Promise<boolean> {
  const name = overlayName(stack)
  const answer = await engine.ask('DELETE', `/networks/${name}`)
  if (answer.status === 204 || answer.status === 404) return true
  // Of a network that is going already an engine says different things, with different statuses.
  if ((await engine.ask('GET', `/networks/${name}`)).status === 404) return true
  // 400, 403, 409: something is in it still; 500: it is going.
  expectStatus(answer, [400, 403, 409, 500], `Cannot remove the network ${name}`)
  return false
}
