/**
 * The pipeline (the seeds' `do_deploy`): source → artifact → running workers → address.
 *
 * Whatever happens on the way — a failing build, a crashing worker, a kill -9, a full disk — the version that served before still serves,
 * and the next command on the app finishes or undoes the rest (`settle.ts`).
 */
import type { App } from './app.ts'
import { buildRelease } from './build-release.ts'
import { builderToDeploy } from './builder-for.ts'
import { checkStartable } from './check-startable.ts'
import { converge } from './converge.ts'
import { deployConfigOf } from './deploy-config.ts'
import { deployResult, type DeployResult } from './deploy-result.ts'
import type { Deltas } from './deployer.ts'
import type { Host } from './host.ts'
import { newestMadeFrom, type MadeRelease, type Source } from './made-from.ts'
import { operate, type Operation } from './operation.ts'
import { preflight } from './preflight.ts'
import { redeployUnchanged } from './redeploy-unchanged.ts'
import { changedScale } from './scale.ts'

export interface DeployOptions {
  /** Wait for another command on this app instead of throwing `lock.held`. */
  readonly wait?: boolean
  /** Build and start anew even when nothing has changed. */
  readonly force?: boolean
  /** Added to the scale with this deploy (ADR 022). */
  readonly deltas?: Deltas
}

/** Deploys an app. Throws any code of `docs/errors.md`; the old version then still serves. */
export async function deployApp(app: App, host: Host, options: DeployOptions = {}): Promise<DeployResult> {
  return operate({ appName: app.name, host, operation: 'deploy', wait: options.wait }, async (operation) => {
    const {
      appHome,
      host: { log },
      record,
      state,
    } = operation
    await preflight(app, operation)
    const { builder, slot } = await builderToDeploy(app, operation)
    const fingerprint = await builder.fingerprint?.()
    const source = options.force === true || fingerprint === undefined ? undefined : { app, builder, fingerprint }
    const unchanged = source && (await redeployUnchanged(operation, source, options.deltas))
    if (unchanged !== undefined) return unchanged

    const built = source && (await builtBefore(source, operation))
    if (built !== undefined) log.info(`${built.id} was built of this source before.`)
    await record('begin', built === undefined ? { makes: slot.id } : {})
    const artifact = built?.artifact ?? (await buildRelease(app, builder, slot, operation))
    checkStartable(artifact)
    const served = await converge(operation, {
      release: built ?? slot,
      artifact,
      generation: await appHome.nextGeneration(),
      scale: changedScale(artifact.runtime.workers, deployConfigOf(artifact).scale, state.scale, options.deltas),
      isNew: true,
      otherDeployers: [],
    })
    return deployResult(app.name, (built ?? slot).id, served)
  })
}

/** What `hop3 build` or a dry run made. The one that served before is built anew: somebody has gone back from it. */
async function builtBefore(source: Source, operation: Operation): Promise<MadeRelease | undefined> {
  const { appHome } = operation
  return newestMadeFrom(source, operation, [await appHome.current(), await appHome.previous()])
}
