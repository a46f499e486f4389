/** How npm installs a package that is built already: as whoever uses it would. */
import { procfileProcesses } from '../procfile.ts'
import { valueAt } from '../value-at.ts'
import type { NodeApp } from './package-json.ts'
import type { Server } from './server.ts'

/** What it runs for its authors is not run, and what it is developed with stays away unless something may start it. */
export async function usersInstall(
  app: NodeApp,
  server: Server | undefined,
  lock: string | undefined,
): Promise<(command: string) => string> {
  const started = (await procfileProcesses(app.source, app.names)).map(({ command }) => command)
  // A configuration of Hop3's may start anything.
  const isOther = app.names.some((name) => /^\.?hop3/.test(name))
  const isPlain = !isOther && (started.length > 0 ? started : [server?.command ?? '']).every((command) => nodeAlone.test(command))
  // Without a lock file npm looks even for those it omits, and not all that a repository is developed with was ever published.
  const developed = isPlain && lock === undefined && valueAt(app.data, 'devDependencies') !== undefined ? ['devDependencies'] : []
  const deleted = [...developed, ...authors.filter((name) => app.scripts[name] !== undefined).map((name) => `scripts.${name}`)]
  const before = deleted.length === 0 ? '' : `npm pkg delete ${deleted.join(' ')} && `
  return (command) => `${before}${command}${isPlain && lock !== undefined ? ' --omit=dev' : ''}`
}

/** Node and one file, with words for it: nothing that another program runs, or is piped into. */
const nodeAlone = /^(?:\w+=\S+ )*node [^-\s][^|&;<>`$()]*$/
/** npm runs them where a package is worked on. `preinstall` is mostly for who takes the wrong manager there. */
const authors = ['preinstall', 'prepublish', 'preprepare', 'prepare', 'postprepare']
