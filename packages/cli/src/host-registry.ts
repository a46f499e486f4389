/** The parts of the host that planning needs: a file of its own, because the rest takes time to load. */
import {
  createLog,
  createRegistry,
  findPlugins,
  hop3Error,
  systemClock,
  visible,
  type FoundPlugins,
  type IgnoredPlugin,
  type Log,
  type Registry,
} from '@hop3/core'
import { resolve } from 'node:path'
import type { Invocation } from './invocation.ts'
import { pluginRoots } from './plugin-roots.ts'

/**
 * The strategies this program can use; packages are imported when a role is first needed. Where a directory of plugins was asked for, warns of
 * those that cannot be loaded. Throws `usage.plugin-root`.
 */
export async function createHostRegistry(invocation: Invocation): Promise<Registry> {
  const { terminal, options } = invocation
  const asked = options.list('plugin-root')
  const found = await findPlugins({ roots: pluginRoots({ cwd: terminal.cwd, asked }) })
  for (const root of asked) checkRoot(root, resolve(terminal.cwd, root), found)
  const onIgnored = ({ name, stage, error }: IgnoredPlugin): void => {
    if (stage !== 'shadowed') hostLog(invocation).warn(`The plugin ${name} is left out (${stage}): ${error.split('\n', 1)[0] ?? ''}`)
  }
  return createRegistry({ found, ...(asked.length > 0 && { onIgnored }) })
}

/** A directory asked for by its name is not passed over: its strategies would be missed without a word. */
function checkRoot(written: string, root: string, { ignored }: FoundPlugins): void {
  const problem = ignored.find(({ name, stage }) => name === root && stage === 'find')
  if (problem === undefined) return
  throw hop3Error('usage.plugin-root', `No plugins can be looked for in --plugin-root ${visible(written)}: ${problem.error}.`, {
    hint: 'Name a directory with a package.json whose dependencies are the plugins: `npm install --prefix <dir> <plugin>` makes one.',
    details: { root },
  })
}

/** The log whose events the output shows, masked. */
export function hostLog({ output }: Pick<Invocation, 'output'>): Log {
  return createLog({ sink: (event) => output.event(event), clock: systemClock, mask: (text) => output.mask(text) })
}
