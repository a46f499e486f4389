/**
 * The pipeline (the seeds' `do_deploy`): source → artifact → running workers → address.
 *
 * Whatever happens on the way — a failing build, a crashing worker, a kill -9, a full disk — the version that served before still serves,
 * and the next command on the app finishes or undoes the rest (`settle.ts`).
 */
import type { App } from './app.ts'
import { buildRelease } from './build-release.ts'
import { checkDeployer, checkUnbuilt } from './check-deployer.ts'
import { checkStartable, checkVolumes } from './check-startable.ts'
import { buildContext } from './contexts.ts'
import { converge } from './converge.ts'
import { deployConfigOf } from './deploy-config.ts'
import { deployResult, type DeployResult } from './deploy-result.ts'
import type { Deltas } from './deployer.ts'
import { makeGeneratedEnv } from './generated-env.ts'
import type { Host } from './host.ts'
import { operate } from './operation.ts'
import { preflight } from './preflight.ts'
import { redeployUnchanged } from './redeploy-unchanged.ts'
import { changedScale } from './scale.ts'
import { selectBuilder } from './select-strategy.ts'

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
    const { appHome, record, state } = operation
    await preflight(app, operation)
    await checkDeployer(app.config, host.registry)
    const slot = await appHome.nextRelease(host.newBuildId())
    // Before the build: a phase may name one as a secret.
    await makeGeneratedEnv(app, operation)
    const builder = (await selectBuilder(host.registry, await buildContext(app, slot, operation), { isBrief: true })).chosen

    await checkDeployer(app.config, host.registry, builder.forms)
    if (builder.forms !== undefined) {
      checkVolumes(app.name, app.config.deploy, builder.forms)
      await checkUnbuilt({ appName: app.name, config: app.config.deploy, appEnv: await appHome.readEnv() }, host.registry, builder.forms)
    }
    const fingerprint = await builder.fingerprint?.()
    if (options.force !== true && fingerprint !== undefined) {
      const unchanged = await redeployUnchanged(operation, { app, builder, fingerprint }, options.deltas)
      if (unchanged !== undefined) return unchanged
    }

    await record('begin', { makes: slot.id })
    const artifact = await buildRelease(app, builder, slot, operation)
    checkStartable(artifact)
    const served = await converge(operation, {
      release: slot,
      artifact,
      generation: await appHome.nextGeneration(),
      scale: changedScale(artifact.runtime.workers, deployConfigOf(artifact).scale, state.scale, options.deltas),
      isNew: true,
      otherDeployers: [],
    })
    return deployResult(app.name, slot.id, served)
  })
}
