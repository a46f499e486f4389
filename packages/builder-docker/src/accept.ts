import { existsSync } from 'node:fs'
import type { Verdict } from '@hop3/core'
import { findDockerHost } from '@hop3/core/docker'
import { refusalsInShort } from '@hop3/planner'
import { hasOptions, type BuildSession } from './build-session.ts'

/**
 * Accepts an app with a Dockerfile, one that `[build.docker]` is written for, and by name every app that can be planned. A Dockerfile alone is
 * no reason on a host without an engine, nor beside a plan that was written for the app: there it is built in another way.
 */
export async function acceptApp(session: BuildSession): Promise<Verdict> {
  const { context, plannedAt } = session
  const isAsked = context.config.build.strategy === 'docker' || hasOptions(context.config)
  const dockerfile = await session.dockerfile()
  if (dockerfile === undefined || (plannedAt !== undefined && !isAsked)) return acceptPlan(session, isAsked, dockerfile?.path)
  const found = { reason: `there is a ${dockerfile.path}`, evidence: [dockerfile.path] }
  const missing = isAsked ? undefined : await missingEngine(context.env)
  if (missing === undefined) return { accepted: true, ...found }
  return { accepted: false, reason: `${found.reason}, but ${missing}`, evidence: found.evidence }
}

async function acceptPlan({ planned, plannedAt }: BuildSession, isAsked: boolean, dockerfile: string | undefined): Promise<Verdict> {
  const without = dockerfile === undefined ? 'no Dockerfile or Containerfile' : `there is a ${dockerfile}, but ${plannedAt} plans the app`
  if (!isAsked) return { accepted: false, reason: without }
  const { kind, considered, toolchains } = await planned()
  if (kind === '') {
    const refusals = refusalsInShort(considered)
    return { accepted: false, reason: `${without}, and no plan to make one from${refusals === '' ? '' : ` (${refusals})`}` }
  }
  const from = toolchains.length === 0 ? 'the configuration' : toolchains.join(', ')
  return { accepted: true, reason: `a Dockerfile is made from the plan (${from})` }
}

/** Looks only: nothing is connected to. Engines on other hosts are believed to be there. */
async function missingEngine(env: Readonly<Record<string, string>>): Promise<string | undefined> {
  const { address, origin, close } = await findDockerHost(env)
  close()
  if (!address.startsWith('unix://') || existsSync(address.slice('unix://'.length))) return undefined
  return `no container engine is at ${address} (${origin})`
}
