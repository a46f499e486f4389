// Does one operation on the app `blog` of the home given, without its lock: the test that starts it is alone.
import { appendFile } from 'node:fs/promises'
import { initialState, systemClock, type AppHome } from '@hop3/core'
import { createHome } from '@hop3/releases'
import { artifactOf } from '../site-artifact.ts'

const operations: Readonly<Record<string, (app: AppHome) => Promise<unknown>>> = {
  switchTo: async (app) => app.switchTo((await app.releases()).at(-1)?.id ?? ''),
  reserve: async (app) => app.reserve(await app.nextRelease('ffffffff00000000')),
  commit: async (app) => {
    const { id, path } = (await app.releases()).find((one) => !one.committed) ?? { id: '', path: '' }
    await app.commit({ id, path, buildId: '' }, artifactOf(path, id))
  },
  discard: async (app) => app.discard((await app.releases()).find((one) => !one.isCurrent && !one.isPrevious)?.id ?? ''),
  writeState: (app) => app.writeState({ ...initialState, generation: 2, scale: { web: 2 } }),
  writeEnv: (app) => app.writeEnv({ CHANGED: 'new', REMOVED: undefined, ADDED: 'new' }),
  record: (app) => app.record({ time: '2026-01-02T03:04:05.000Z', operation: 'deploy', step: 'switch' }),
  nextGeneration: (app) => app.nextGeneration(),
  reservePort: (app) => app.reservePort('app'),
  lock: (app) => app.lock({ operation: 'deploy', wait: false, signal: new AbortController().signal, notice: () => {} }),
  destroy: (app) => app.destroy(),
}

// A tracer counts each thread's calls by themselves: this puts the worker thread's numbers beyond those of the main thread's start.
for (let count = 0; count < 10; count++) await appendFile('/dev/null', 'x')
const [path = '', name = ''] = process.argv.slice(2)
await operations[name]?.(createHome({ path, clock: systemClock }).app('blog'))
