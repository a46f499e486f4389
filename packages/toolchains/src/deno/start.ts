/** How a Deno app starts. */
import { hop3Error, joinPaths, normalPath, own, shellQuote, visible } from '@hop3/core'
import { isInside } from '../inside.ts'
import type { DenoApp } from './deno-app.ts'
import { entryIn, findEntry } from './entry.ts'
import type { Entry } from './entry.ts'
import type { DenoOptions } from './options.ts'
import { entryOf, isWatching, simpleCommand, withAddress, withoutWatching } from './task-command.ts'

export interface DenoStart {
  readonly command: string
  readonly origin: string
  /** What it runs, as far as that can be read: a file, or `npm:…`. */
  readonly entry?: string
  /** The command before it was told where to listen. */
  readonly written: string
}

/**
 * The start task as it is written, else what `deno init` has instead: the dev task without watching, else a file of a usual name. Undefined
 * when there is none. Throws `config.deno.task` and `config.deno.entry` for an option that names what is not there.
 */
export async function startOf(app: DenoApp, options: DenoOptions): Promise<DenoStart | undefined> {
  if (options.entry !== undefined) return startOfFile(app, await namedEntry(app, options.entry), options)
  const asked = options.startTask
  if (asked !== undefined && own(app.tasks, asked) === undefined) throw noTask(app, asked)
  const task = asked ?? startTask(app)
  if (task !== undefined) return startOfTask(app, task)
  const dev = await devStart(app)
  if (dev !== undefined) return dev
  const entry = await findEntry(app)
  return entry === undefined ? undefined : startOfFile(app, entry, options)
}

/** Fresh 1 starts its development server with `start`, and what it is deployed with by `preview`. */
function startTask(app: DenoApp): string | undefined {
  if (!isOfDeno(app, 'start')) return undefined
  return isWatching(app.tasks['start']?.command) && isOfDeno(app, 'preview') ? 'preview' : 'start'
}

/** A script of package.json counts where Deno runs it. */
export function isOfDeno(app: DenoApp, name: string): boolean {
  const task = own(app.tasks, name)
  if (task === undefined) return false
  return !task.origin.includes('package.json') || /^(?:\w+=\S+\s+)*deno\s/.test(task.command ?? '')
}

function startOfTask(app: DenoApp, name: string): DenoStart {
  const { origin = '' } = own(app.tasks, name) ?? {}
  const direct = directCommand(app, name)
  if (direct === undefined) return { ...toldWhere(`deno task ${shellQuote(name)}`), origin }
  return { ...toldWhere(withoutWatching(direct)), origin, ...entryField(app, direct) }
}

async function devStart(app: DenoApp): Promise<DenoStart | undefined> {
  const command = isOfDeno(app, 'dev') ? directCommand(app, 'dev') : undefined
  const entry = command === undefined ? undefined : entryOf(command)
  if (command === undefined || entry === undefined || !(await app.hasFile(entry))) return undefined
  return {
    ...toldWhere(withoutWatching(command)),
    origin: `${app.tasks['dev']?.origin ?? ''}, without watching`,
    ...entryField(app, command),
  }
}

/** The task's own command, so that nothing stands between it and what starts it. Undefined when only `deno task` can run it. */
function directCommand(app: DenoApp, name: string, seen: readonly string[] = []): string | undefined {
  const task = own(app.tasks, name)
  if (task?.command === undefined || task.hasDependencies || seen.includes(name)) return undefined
  const next = /^deno task ([\w:.-]+)$/.exec(task.command)?.[1]
  return next === undefined ? simpleCommand(task.command) : directCommand(app, next, [...seen, name])
}

function entryField(app: DenoApp, command: string): { readonly entry?: string } {
  const entry = entryOf(command)
  return entry === undefined || !isInside(joinPaths(app.root, entry)) ? {} : { entry }
}

/** What an HTTP server needs and nothing more; a start task or the option says otherwise. */
const usualPermissions = ['net', 'env', 'read']

function startOfFile(app: DenoApp, { file, origin, isExport }: Entry, { permissions = usualPermissions }: DenoOptions): DenoStart {
  const flags = permissions.map((one) => `--allow-${one}`).join(' ')
  return { ...toldWhere(`deno ${isExport ? 'serve' : 'run'} ${flags} ${file}`.replace(/ {2,}/g, ' ')), origin, entry: file }
}

function toldWhere(written: string): Pick<DenoStart, 'command' | 'written'> {
  return { command: withAddress(written), written }
}

async function namedEntry(app: DenoApp, file: string): Promise<Entry> {
  const plain = normalPath(file)
  const found = /^[\w@./+-]+$/.test(plain) && !/^[-/]|^\.\./.test(plain) ? await entryIn(app, plain) : undefined
  if (found !== undefined) return { ...found, origin: 'hop3.toml [build.deno] entry' }
  throw hop3Error('config.deno.entry', `[build.deno] entry is ${visible(file)}, which is no file of the app.`, {
    hint: 'Write its path inside the app: entry = "src/main.ts".',
    details: { entry: visible(file) },
  })
}

function noTask(app: DenoApp, name: string): Error {
  const names = Object.keys(app.tasks)
  return hop3Error(
    'config.deno.task',
    `[build.deno] names the task ${visible(name)}, which ${app.manifest?.file ?? 'the app'} does not have.`,
    {
      hint: names.length === 0 ? 'Add it to "tasks" in deno.json.' : `There are: ${names.join(', ')}.`,
      details: { task: visible(name), tasks: names },
    },
  )
}

/** The build task's name, undefined where there is none. Throws `config.deno.task` for an option that names none. */
export function buildTask(app: DenoApp, { buildTask: asked }: DenoOptions): string | undefined {
  if (asked !== undefined && own(app.tasks, asked) === undefined) throw noTask(app, asked)
  return asked ?? (app.tasks['build'] === undefined ? undefined : 'build')
}
