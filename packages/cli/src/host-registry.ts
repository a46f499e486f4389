/** The parts of the host that planning needs: a file of its own, because the rest takes time to load. */
import { createLog, createRegistry, findPlugins, systemClock, type Log, type Registry } from '@hop3/core'
import type { Invocation } from './invocation.ts'
import { pluginRoots } from './plugin-roots.ts'

/** The strategies this program can use; packages are imported when a role is first needed. */
export async function createHostRegistry({ terminal, options }: Invocation): Promise<Registry> {
  const roots = pluginRoots({ cwd: terminal.cwd, asked: options.list('plugin-root') })
  return createRegistry({ found: await findPlugins({ roots }) })
}

/** The log whose events the output shows, masked. */
export function hostLog({ output }: Pick<Invocation, 'output'>): Log {
  return createLog({ sink: (event) => output.event(event), clock: systemClock, mask: (text) => output.mask(text) })
}
