/** The plan of an app in a directory of a workspace, seen from the workspace's root. */
import { joinPaths } from '@hop3/core'
import type { PhaseInput, ToolchainPlan } from '@hop3/core'

/** Commands run in `root` in any case; paths are what they are relative to. */
export function belowRoot(plan: ToolchainPlan, root: string): ToolchainPlan {
  if (root === '') return plan
  const below = (path: string): string => (path.startsWith('~') ? path : joinPaths(root, path))
  const all = (paths: readonly string[]): string[] => paths.map(below)
  const { pathPrepend, envPaths, staticPaths } = plan.runtime
  return {
    ...plan,
    phases: Object.fromEntries(Object.entries(plan.phases).map(([name, phase]) => [name, phaseBelow(phase, all)])),
    processes: Object.fromEntries(Object.entries(plan.processes).map(([name, text]) => [name, name === 'static' ? below(text) : text])),
    exclude: (plan.exclude ?? []).map((path) => (path.startsWith('/') ? `/${root}${path}` : path)),
    runtime: {
      ...plan.runtime,
      ...(pathPrepend && { pathPrepend: all(pathPrepend) }),
      ...(envPaths && { envPaths: valuesBelow(envPaths, below) }),
      ...(staticPaths && { staticPaths: valuesBelow(staticPaths, below) }),
    },
  }
}

function valuesBelow(table: Readonly<Record<string, string>>, below: (path: string) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(table).map(([name, path]) => [name, below(path)]))
}

function phaseBelow(phase: PhaseInput, all: (paths: readonly string[]) => string[]): PhaseInput {
  const { onlyIncludeFiles, outputs, paths, cacheDirectories } = phase
  return {
    ...phase,
    ...(onlyIncludeFiles && { onlyIncludeFiles: all(onlyIncludeFiles) }),
    ...(outputs && { outputs: all(outputs) }),
    ...(paths && { paths: all(paths) }),
    ...(cacheDirectories && { cacheDirectories: all(cacheDirectories) }),
  }
}
