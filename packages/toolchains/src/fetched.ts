import { joinPaths } from '@hop3/core'
import type { PhaseInput } from '@hop3/core'

const directory = '.hop3-tools'

/** Never copied from a source. */
export const fetchedDirectory = `/${directory}`

/**
 * An install phase that only fills caches which all apps share, of languages that keep nothing in the app. The file it leaves is its output,
 * so that it counts as done until its inputs change. Where the caches were emptied since then, the build fetches what it lacks itself.
 */
export function fetchedPhase(name: string, root: string, phase: PhaseInput): PhaseInput {
  const file = `${directory}/${name}`
  return { ...phase, cmds: [...(phase.cmds ?? []), `mkdir -p ${directory} && touch ${file}`], outputs: [joinPaths(root, file)] }
}
