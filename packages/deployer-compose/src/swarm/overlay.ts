/** The app's network over all nodes: releases find each other in it, and containers of this host join it. */
import { expectStatus, type Engine } from '../engine.ts'
import { ensureOwn, lookAt, type OwnNetwork } from '../network.ts'
import { overlayName, stackLabel } from './stack-names.ts'

const overlayOf = (stack: string): OwnNetwork => ({
  name: overlayName(stack),
  driver: 'overlay',
  labels: { [stackLabel.stack]: stack },
})

/** Its name. Made when it is not there. */
export async function ensureOverlay(engine: Engine, stack: string): Promise<string> {
  return ensureOwn(engine, overlayOf(stack))
}

/** False while something is in it, and while a node still shows what the swarm has removed: who deploys then would take it for there. */
export async function removeOverlay(engine: Engine, stack: string): Promise<boolean> {
  const network = overlayOf(stack)
  if ((await lookAt(engine, network)) !== 'ours') return true
  const answer = await engine.ask('DELETE', `/networks/${network.name}`)
  // Of a network that is going already an engine says different things, with different statuses.
  if ((await lookAt(engine, network)) === 'absent') return true
  // 400, 403, 409: something is in it still; 500: it is going.
  expectStatus(answer, [204, 400, 403, 404, 409, 500], `Cannot remove the network ${network.name}`)
  return false
}
