import { isHop3Error, type AppHome, type Host } from '@hop3/core'
import type { CommandResult } from '../command-spec.ts'
import { exitCodeOf } from '../exit-codes.ts'
import { createHost } from '../host.ts'
import type { Invocation } from '../invocation.ts'
import { knownApp } from '../known-app.ts'
import { table } from '../render/table.ts'
import { verifyRelease, type Verified } from '../verify-release.ts'

export async function run(invocation: Invocation): Promise<CommandResult> {
  const { operands, options, output } = invocation
  const host = await createHost(invocation)
  const home = await knownApp(invocation, host, operands[0])
  const releases = await verifyApp(home, host, options.text('release'))
  const rows = releases
    .toReversed()
    .map(({ id, state, problems }) => [
      id,
      state === 'damaged' ? ({ style: 'red', text: state } as const) : state,
      problems.length === 0 ? '-' : `${problems[0] ?? ''}${problems.length > 1 ? ` (and ${problems.length - 1} more)` : ''}`,
    ])
  const isDamaged = releases.some(({ state }) => state === 'damaged')
  return {
    value: { app: home.appName, releases },
    text: rows.length === 0 ? `${home.appName} has no release yet.` : table(['RELEASE', 'STATE', 'PROBLEM'], rows, output.paint),
    ...(isDamaged && { exitCode: exitCodeOf('artifact.damaged') }),
  }
}

/** Every directory of a release, whatever is left in it, and what `current` leads to; or the one that is wanted. */
async function verifyApp(home: AppHome, host: Host, wanted: string | undefined): Promise<readonly Verified[]> {
  const found = (await home.releases()).filter(({ id }) => wanted === undefined || id === wanted)
  // To say which there are.
  if (wanted !== undefined && found.length === 0) await home.artifact(wanted)
  const finished = new Set((await home.history()).flatMap(({ release, outcome }) => (outcome === 'ok' ? [release] : [])))
  const releases: Verified[] = []
  for (const entry of found) releases.push(await verifyRelease({ entry, home, host, wasFinished: finished.has(entry.id) }))
  const problem = wanted === undefined ? await problemOfCurrent(home) : undefined
  return problem === undefined ? releases : [...releases, { id: 'current', state: 'damaged', problems: [problem] }]
}

async function problemOfCurrent(home: AppHome): Promise<string | undefined> {
  try {
    await home.current()
    return undefined
  } catch (error) {
    if (isHop3Error(error) && error.code === 'environment.current-damaged') return error.message
    throw error
  }
}
