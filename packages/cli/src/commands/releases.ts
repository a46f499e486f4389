import { formatBytes, isHop3Error, type AppHome, type ReleaseEntry } from '@hop3/core'
import type { CommandResult } from '../command-spec.ts'
import { createHost } from '../host.ts'
import type { Invocation } from '../invocation.ts'
import { knownApp } from '../known-app.ts'
import { closureOf } from '../nix-closure.ts'
import { changeText, largestText } from '../render/closure-text.ts'
import { table } from '../render/table.ts'

export async function run(invocation: Invocation): Promise<CommandResult> {
  const { operands, output } = invocation
  const home = await knownApp(invocation, await createHost(invocation), operands[0])
  const committed = (await home.releases()).filter((release) => release.committed)
  const releases = await Promise.all(committed.map((release) => describe(release, home)))
  const hasClosures = releases.some(({ closure }) => closure !== undefined)
  const rows = releases
    .toReversed()
    .map(({ id, role, kind, builtAt, closure }) => [
      id,
      role === 'current' ? ({ style: 'green', text: role } as const) : role || '-',
      kind,
      builtAt || '-',
      ...(hasClosures ? [closure === undefined ? '-' : formatBytes(closure.size), closure === undefined ? '-' : changeText(closure)] : []),
    ])
  const titles = ['RELEASE', 'ROLE', 'KIND', 'BUILT', ...(hasClosures ? ['CLOSURE', 'CHANGE'] : [])]
  const shown = releases.findLast(({ closure }) => closure !== undefined)
  const largest = shown?.closure === undefined ? '' : `\nLargest of ${shown.id}: ${largestText(shown.closure)}`
  return {
    value: { app: home.appName, releases },
    text: rows.length === 0 ? `${home.appName} has no release yet.` : `${table(titles, rows, output.paint)}${largest}`,
  }
}

async function describe({ id, path, isCurrent, isPrevious }: ReleaseEntry, home: AppHome) {
  const role = isCurrent ? 'current' : isPrevious ? 'previous' : ''
  // A damaged release is listed too: it is what a person looking at this list has to know.
  const artifact = await home.artifact(id).catch((error: unknown) => {
    if (isHop3Error(error) && error.code.startsWith('artifact.')) return undefined
    throw error
  })
  const closure = artifact === undefined ? undefined : closureOf(artifact)
  return { id, path, role, kind: artifact?.kind ?? 'damaged', builtAt: artifact?.builtAt ?? '', ...(closure && { closure }) }
}
