/** What the app's processes are inside an image. */
import { posix } from 'node:path'
import { hop3Error, plainWords, shellQuote, visible } from '@hop3/core'
import { appRoot } from './app-root.ts'
import { isPlain } from './quote.ts'
import { isSite, type Planned } from './used-languages.ts'

export interface ImageWorkers {
  /** Commands a shell runs, by name: what answers requests is `web`. */
  readonly workers: Readonly<Record<string, string>>
  /** The same as argument vectors, where no shell is needed. */
  readonly argv: Readonly<Record<string, readonly string[]>>
  readonly warnings: readonly string[]
}

export const serveSite = 'caddy run --config /etc/caddy/Caddyfile --adapter caddyfile'

/**
 * A site and a `wsgi` worker become `web`, because in an image nothing else serves them: Caddy, and uWSGI with what a native deployment says to
 * it. Throws `build.dockerfile.module` for a `wsgi` worker that is no module path.
 */
export function imageWorkers(planned: Planned): ImageWorkers {
  const { workers: planned_, staticPaths } = planned.runtime
  if (isSite(planned)) return { ...withArgv({ web: serveSite }), warnings: [] }
  const statics = Object.entries(staticPaths)
  const { wsgi, static: site, ...others } = planned_
  const isServed = wsgi !== undefined && statics.every((pair) => pair.every(isPlain))
  const workers = {
    ...others,
    ...(wsgi !== undefined && { web: uwsgiCommand(wsgi, isServed ? statics : []) }),
    ...(site !== undefined && { static: posix.join(appRoot, site) }),
  }
  const warnings =
    statics.length === 0 || isServed
      ? []
      : [
          `Nothing in the image serves ${statics.map(([prefix]) => prefix).join(', ')}: in front of a container there is no proxy that sees its files. Let the app serve them.`,
        ]
  return { ...withArgv(workers), warnings }
}

function withArgv(workers: Readonly<Record<string, string>>): Pick<ImageWorkers, 'workers' | 'argv'> {
  const argv = Object.entries(workers).flatMap(([name, command]) => {
    const words = plainWords(command)
    return words === undefined || name.startsWith('cron') || name === 'static' ? [] : [[name, words] as const]
  })
  return { workers, argv: Object.fromEntries(argv) }
}

function uwsgiCommand(module: string, statics: readonly (readonly [string, string])[]): string {
  const options = [
    // Told to end, uWSGI would cut off the requests it has.
    '--hook-master-start "unix_signal:15 gracefully_kill_them_all"',
    '--strict --master --die-on-term --need-app --lazy-apps --no-orphans --enable-threads --single-interpreter --disable-logging',
    '--buffer-size 32768 --http-socket "$BIND_ADDRESS:$PORT" --processes "${WEB_CONCURRENCY:-1}" --threads 32',
    ...statics.map(
      ([prefix, directory]) => `--static-map ${prefix.replace(/(?<=.)\/$/, '')}=${posix.join(appRoot, directory).replace(/\/$/, '')}`,
    ),
    `--module ${shellQuote(checkedModule(module))}`,
  ]
  return `exec uwsgi ${options.join(' ')}`
}

/** uWSGI runs what some characters of an option say. */
function checkedModule(text: string): string {
  const module = text.trim()
  if (/^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*(?::[A-Za-z_]\w*(?:\(\))?)?$/.test(module)) return module
  throw hop3Error('build.dockerfile.module', `Cannot run worker wsgi in an image: ${visible(module)} is not a module path.`, {
    hint: 'Write the module and its callable: `wsgi: package.module:application`. For a command, name the worker `web`.',
  })
}
