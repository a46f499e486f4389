import { existsSync } from 'node:fs'
import type { Verdict } from '@hop3/core'
import { findDockerHost } from '@hop3/core/docker'
import { hasOptions, type BuildSession } from './build-session.ts'

/**
 * Accepts an app with a Dockerfile, one that `[build.docker]` is written for, one whose plan names images, and by name every app that can
 * be planned. A Dockerfile alone is no reason on a host without an engine: there the app may have another way to be built.
 */
export async function acceptApp(session: BuildSession): Promise<Verdict> {
  const { context } = session
  const isNamed = context.config.build.strategy === 'docker'
  const dockerfile = await session.dockerfile()
  if (dockerfile !== undefined) {
    const found = { reason: `there is a ${dockerfile.path}`, evidence: [dockerfile.path] }
    if (isNamed || hasOptions(context.config)) return { accepted: true, ...found }
    const missing = await missingEngine(context.env)
    if (missing === undefined) return { accepted: true, ...found }
    return { accepted: false, reason: `there is a ${dockerfile.path}, but ${missing}`, evidence: found.evidence }
  }
  if (!isNamed && !hasOptions(context.config) && !(await mayNameImages(session)))
    return { accepted: false, reason: 'no Dockerfile or Containerfile' }
  return acceptPlan(session, isNamed || hasOptions(context.config))
}

async function acceptPlan(session: BuildSession, isAsked: boolean): Promise<Verdict> {
  const { kind, plan, considered, toolchains } = await session.planned()
  const image = plan.buildImage ?? plan.start?.runImage
  if (kind === '') {
    const verdicts = considered.map(({ name, verdict }) => `${name}: ${verdict.reason}`).join('; ')
    return {
      accepted: false,
      reason: `no Dockerfile or Containerfile, and no plan to make one from${verdicts === '' ? '' : ` (${verdicts})`}`,
    }
  }
  if (image !== undefined) return { accepted: true, reason: `the plan is for the image ${image}` }
  if (!isAsked) return { accepted: false, reason: 'no Dockerfile or Containerfile' }
  const from = toolchains.length === 0 ? 'the configuration' : toolchains.join(', ')
  return { accepted: true, reason: `a Dockerfile is made from the plan (${from})` }
}

/** Only a configuration names images: where it does not, nothing needs to be planned to say so. */
async function mayNameImages({ context }: BuildSession): Promise<boolean> {
  return context.config.planLayers.some(({ plan }) => typeof plan.buildImage === 'string' || typeof plan.start?.runImage === 'string')
}

/** Looks only: nothing is connected to. Engines on other hosts are believed to be there. */
async function missingEngine(env: Readonly<Record<string, string>>): Promise<string | undefined> {
  const { address, origin, close } = await findDockerHost(env)
  close()
  if (!address.startsWith('unix://') || existsSync(address.slice('unix://'.length))) return undefined
  return `no container engine is at ${address} (${origin})`
}
