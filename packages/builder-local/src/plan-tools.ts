import type { Phase } from '@hop3/core'
import { programsOf } from './command-words.ts'
import { findTool, type FoundTool } from './find-tool.ts'

/** Present wherever there is a shell, and not what a build's result depends on. */
const ordinary = new Set(
  'awk basename cat chmod chown cp cut date dirname du expr find grep head id install ln ls mkdir mktemp mv nproc paste realpath rm rmdir sed sh bash sleep sort stat tail tar tee touch tr uname uniq unzip wc which xargs gzip'.split(
    ' ',
  ),
)

/** The programs of the host a phase runs, with the programs that run those, sorted by name. What is not on PATH, or part of the app, is left out. */
export function phaseTools(phase: Phase, path: string, directory: string): readonly FoundTool[] {
  const tools = new Map<string, FoundTool>()
  const wanted = phase.cmds.flatMap(programsOf).filter((one) => !ordinary.has(one))
  for (let name = wanted.shift(); name !== undefined; name = wanted.shift()) {
    const tool = findTool(name, path, directory)
    if (tool === undefined || tools.has(tool.name) || tool.path.startsWith(`${directory}/`)) continue
    tools.set(tool.name, tool)
    if (tool.interpreter !== undefined) wanted.push(tool.interpreter)
  }
  return [...tools.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1))
}
