/** What every process of an app has: its user, its variables, and what it may not do. */
import { workerEnvironment } from '@hop3/core'
import type { UnitsRequest } from './app-units.ts'
import { assignment, filePath } from './escape.ts'
import { hardening } from './hardening.ts'
import type { Settings } from './unit.ts'

/** `more`: settings of its address, whose variables come after the others. */
export function processSettings(request: UnitsRequest, worker: string, more: Settings = {}): Settings {
  const { artifact, context, user, environmentFiles } = request
  const { location, runtime } = artifact
  // Without what the operator set, which is in a file.
  const variables = workerEnvironment({ artifact, context: { ...context, appEnv: {} }, worker })
  const isOwnFiles = location.startsWith(`${context.release.path}/`)
  return {
    User: user,
    ...more,
    Environment: [...Object.entries(variables).map(([name, value]) => assignment(name, value)), ...[more['Environment'] ?? []].flat()],
    ...(environmentFiles.length > 0 && { EnvironmentFile: environmentFiles.map(filePath) }),
    ...hardening({
      reads: [location, runtime.workingDir, context.release.path, ...runtime.pathPrepend].filter((path) => path.startsWith('/')),
      // An app may write beside its files, as under every deployer; the store of Nix is nobody's to write.
      writes: [context.directories.data, ...(isOwnFiles ? [location] : [])],
    }),
  }
}
