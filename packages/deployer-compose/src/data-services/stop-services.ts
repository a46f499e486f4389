/** Ends the services beside an app, and removes them. */
import type { DeploymentContext } from '@hop3/core'
import { objectOf } from '../containers.ts'
import { expectStatus, type Engine } from '../engine.ts'
import { filters, listServices } from './ensure-services.ts'

/** Ends them; their containers and volumes stay. What is stopped is listed as running for a moment yet, and a deploy goes by the list: it is waited for. */
export async function stopServices(
  context: Pick<DeploymentContext, 'appName' | 'directories' | 'config' | 'clock'>,
  engine: Engine,
): Promise<number> {
  const services = await listServices(engine, context)
  await Promise.all(
    services
      .filter(({ state }) => state === 'running' || state === 'restarting' || state === 'paused')
      .map(async ({ id, service }) =>
        expectStatus(
          await engine.ask('POST', `/containers/${id}/stop?t=${Math.ceil(context.config.stopTimeout)}`, {
            within: context.config.stopTimeout + 60,
          }),
          [204, 304, 404],
          `Cannot stop ${service}`,
        ),
      ),
  )
  const deadline = context.clock.monotonic() + longestListing
  while ((await listServices(engine, context)).some(({ state }) => state === 'running') && context.clock.monotonic() < deadline)
    await context.clock.sleep(20)
  return services.length
}

/** Milliseconds. */
const longestListing = 5_000

/** With their volumes: the app has been destroyed. */
export async function removeServices(context: Pick<DeploymentContext, 'appName' | 'directories'>, engine: Engine): Promise<void> {
  for (const { id, service } of await listServices(engine, context))
    expectStatus(await engine.ask('DELETE', `/containers/${id}?force=true&v=true`), [204, 404, 409], `Cannot remove ${service}`)
  const answer = await engine.ask('GET', `/volumes?filters=${filters(context)}`)
  expectStatus(answer, [200], 'Cannot list volumes')
  const volumes = objectOf(answer.body)['Volumes']
  for (const one of Array.isArray(volumes) ? volumes : []) {
    const name = String(objectOf(one)['Name'])
    expectStatus(await engine.ask('DELETE', `/volumes/${encodeURIComponent(name)}`), [204, 404], `Cannot remove the volume ${name}`)
  }
}
