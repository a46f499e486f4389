import type { AppHome, ReleaseEntry } from '@hop3/core'
import type { CommandResult } from '../command-spec.ts'
import { createHost } from '../host.ts'
import type { Invocation } from '../invocation.ts'
import { knownApp } from '../known-app.ts'
import { table } from '../render/table.ts'

export async function run(invocation: Invocation): Promise<CommandResult> {
  const { operands, output } = invocation
  const home = await knownApp(invocation, await createHost(invocation), operands[0])
  const committed = (await home.releases()).filter((release) => release.committed)
  const releases = await Promise.all(committed.map((release) => describe(release, home)))
  const rows = releases
    .toReversed()
    .map(({ id, role, kind, builtAt }) => [
      id,
      role === 'current' ? ({ style: 'green', text: role } as const) : role || '-',
      kind,
      builtAt || '-',
    ])
  return {
    value: { app: home.appName, releases },
    text: rows.length === 0 ? `${home.appName} has no release yet.` : table(['RELEASE', 'ROLE', 'KIND', 'BUILT'], rows, output.paint),
  }
}

async function describe({ id, path, isCurrent, isPrevious }: ReleaseEntry, home: AppHome) {
  const role = isCurrent ? 'current' : isPrevious ? 'previous' : ''
  // A damaged release is listed too: it is what a person looking at this list has to know.
  const artifact = await home.artifact(id).catch(() => undefined)
  return { id, path, role, kind: artifact?.kind ?? 'damaged', builtAt: artifact?.builtAt ?? '' }
}
