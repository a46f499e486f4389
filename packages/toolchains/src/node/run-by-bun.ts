/** Whether Bun runs an app, or only installs its packages: a lock file of Bun's alone says no more than that. */
import { joinPaths } from '@hop3/core'
import { isInside } from '../inside.ts'
import { textAt } from '../value-at.ts'
import { frameworks } from './framework.ts'
import { dependsOn } from './package-json.ts'
import type { NodeApp } from './package-json.ts'
import { directCommand } from './scripts.ts'

export interface RunByBun {
  readonly reason: string
  readonly origin: string
}

/**
 * The start script decides. Where there is none, an app of Bun's is one that has a file to start and says Bun in package.json or a file of
 * Bun's own, and neither a framework, whose servers are Node's, nor `engines.node` speaks against it.
 */
export async function runByBun(app: NodeApp): Promise<RunByBun | undefined> {
  const start = app.scripts['start']
  if (start !== undefined)
    return callsBun(directCommand(app, 'start') ?? start)
      ? { reason: 'the start script calls Bun', origin: app.origin('start') }
      : undefined
  const isForNode = textAt(app.data, 'engines', 'node') !== undefined && textAt(app.data, 'engines', 'bun') === undefined
  if (isForNode || frameworks.some(({ name, dependency }) => name !== 'webpack' && dependsOn(app, dependency))) return undefined
  if (/^(?:node|nodemon|tsx|ts-node)\b/.test(app.scripts['dev'] ?? '')) return undefined
  const sign = signOf(app)
  return sign === undefined || (await bunEntry(app)) === undefined ? undefined : sign
}

function signOf(app: NodeApp): RunByBun | undefined {
  if (textAt(app.data, 'engines', 'bun') !== undefined) return { reason: 'engines names Bun', origin: app.origin('engines') }
  if (textAt(app.data, 'packageManager')?.startsWith('bun@'))
    return { reason: 'packageManager is Bun', origin: app.origin('packageManager') }
  if (callsBun(app.scripts['dev'] ?? '')) return { reason: 'the dev script calls Bun', origin: app.origin('dev') }
  const file = ['bunfig.toml', '.bun-version', 'bun.lock', 'bun.lockb'].find((name) => app.names.includes(name))
  if (file !== undefined) return { reason: `${file}, and nothing that Node starts`, origin: joinPaths(app.directory, file) }
  const types = ['@types/bun', 'bun-types'].find((name) => dependsOn(app, name))
  return types === undefined ? undefined : { reason: `it is written with ${types}`, origin: app.origin(types) }
}

/** `NODE_ENV=production bun src/index.ts`; of several commands, the last. */
function callsBun(script: string): boolean {
  const last = script.split(/&&|;/).at(-1) ?? ''
  return /^\s*(?:\w+=\S+\s+|exec\s+)*bunx?\s/.test(last)
}

/** What JavaScript and TypeScript files are called, as `bun` is given them. */
const file = /(?<=\s|^)(?:\.\/)?([\w@][\w@./-]*\.[cm]?[jt]sx?)(?=\s|$)/

const plainFile = /^[\w@][\w@./-]*\.[cm]?[jt]sx?$/

/** The file that the command has Bun run. */
export function fileOf(command: string): string | undefined {
  return callsBun(command) ? file.exec(command)?.[1] : undefined
}

const stems = ['index', 'server', 'main', 'app', 'src/index', 'src/server', 'src/main', 'src/app']
const extensions = ['.ts', '.tsx', '.js', '.mjs']

/** What the dev script runs, else what package.json names as its module, else a file of a usual name. */
export async function bunEntry(app: NodeApp): Promise<{ readonly file: string; readonly origin: string } | undefined> {
  const dev = fileOf(app.scripts['dev'] ?? '')
  if (dev !== undefined && (await isFile(app, dev))) return { file: dev, origin: app.origin('dev') }
  for (const key of ['module', 'main']) {
    const named = textAt(app.data, key)?.replace(/^\.\//, '')
    if (named !== undefined && plainFile.test(named) && (await isFile(app, named))) return { file: named, origin: app.origin(key) }
  }
  for (const stem of stems) {
    if (stem.startsWith('src/') && !app.names.includes('src')) return undefined
    for (const name of extensions.map((extension) => stem + extension))
      if (stem.startsWith('src/') ? await isFile(app, name) : app.names.includes(name))
        return { file: name, origin: joinPaths(app.directory, name) }
  }
  return undefined
}

async function isFile({ source }: NodeApp, path: string): Promise<boolean> {
  return isInside(path) && source.hasFile(path)
}
