import type { Verdict } from '@hop3/core'
import { refusalsInShort, type PlannedApp } from '@hop3/planner'
import type { Session } from './session.ts'

/** Accepts what a toolchain accepts, and what says itself how it is built or run. */
export async function acceptApp(session: Session): Promise<Verdict> {
  return verdictOf(await session.planned())
}

function verdictOf({ kind, plan, toolchains, considered }: PlannedApp): Verdict {
  const chosen = considered.filter(({ name, verdict }) => verdict.accepted && toolchains.includes(name))
  if (chosen.length > 0) {
    const reason = chosen.map(({ name, verdict }) => `${name}: ${verdict.reason}`).join('; ')
    return { accepted: true, reason, evidence: [...new Set(chosen.flatMap(({ verdict }) => verdict.evidence ?? []))] }
  }
  if (toolchains.length > 0) return { accepted: true, reason: `the configuration names ${toolchains.join(', ')}` }
  if (kind !== '') {
    const phases = Object.keys(plan.phases)
    return {
      accepted: true,
      reason: phases.length > 0 ? `the configuration says how to build it (${phases.join(', ')})` : 'the configuration says how to run it',
    }
  }
  const refusals = refusalsInShort(considered)
  return { accepted: false, reason: refusals === '' ? 'there is no toolchain' : `no toolchain knows this app (${refusals})` }
}
