/** How npm installs a package that is built already: as whoever uses it would. */
import { procfileProcesses } from '../procfile.ts'
import type { NodeApp } from './package-json.ts'
import { installScript } from './scripts.ts'
import type { Server } from './server.ts'

/** Nothing of the package's own is run, and what it is developed with stays away unless something may start it. */
export async function usersInstall(
  app: NodeApp,
  server: Server | undefined,
  lock: string | undefined,
): Promise<(command: string) => string> {
  const started = (await procfileProcesses(app.source, app.names)).map(({ command }) => command)
  const isPlain = (started.length > 0 ? started : [server?.command ?? '']).every((command) => /^(?:\w+=\S+ )*node [^-\s]/.test(command))
  // Without a lock file npm looks even for those it omits, and not all that a repository is developed with was ever published.
  const before = isPlain && lock === undefined ? 'npm pkg delete devDependencies && ' : ''
  const omitted = isPlain && lock !== undefined ? ' --omit=dev' : ''
  const quiet = installScript(app) === undefined ? '' : ' --ignore-scripts && npm rebuild'
  return (command) => `${before}${command}${omitted}${quiet}`
}
