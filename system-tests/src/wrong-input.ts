/** What a wrong command gets, as a table's row says it, and what of a home must not change by it. */
import { createHash } from 'node:crypto'
import { lstat, readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { CommandLine, CommandOptions } from './command-line.ts'

/** The app that serves all the while. */
export const oldApp = {
  name: 'blog',
  answer: 'v1',
  files: { Procfile: 'web: node server.js\n', 'server.js': answering('v1') },
} as const

export interface Scene {
  readonly machine: CommandLine
  /** A directory that holds the row's files. */
  readonly source: string
  /** The old app's directory in the home, and its release's. */
  readonly root: string
  readonly release: string
}

export interface WrongInput {
  readonly name: string
  /** The source that `deploy` gets; without one it is that of the version that serves. */
  readonly files?: Readonly<Record<string, string>>
  /** Makes the rest of the scene; resolves to what puts it right again. */
  readonly prepare?: (scene: Scene) => Promise<() => Promise<void>>
  /** `hop3 deploy <source> --app blog` without. */
  readonly words?: (scene: Scene) => readonly string[]
  /** Added to the command. */
  readonly more?: readonly string[]
  readonly options?: (scene: Scene) => Promise<CommandOptions> | CommandOptions
  /** The exit code of design/contracts.md. */
  readonly exitCode: number
  readonly code: string
  /** Each is somewhere in the message: the place, what was seen. */
  readonly message: readonly (string | RegExp)[]
  /** The next command or line. */
  readonly hint: string | RegExp
}

/** A server that says its version. */
export function answering(version: string): string {
  return `require('node:http').createServer((_, response) => response.end('${version}')).listen(process.env.PORT, process.env.BIND_ADDRESS)\n`
}

/** What only grows, or tells what happened: none of it decides what serves. */
const record =
  /^(cache|logs|apps\/[^/]+\/(logs|lock|journal\.jsonl|deploys\.jsonl|counters\.json))(\/|$)|^uwsgi\/(emperor|instances\/[^/]+\/uwsgi)\.log(\.1)?$|\/starts$/

/** Every file, link and directory of a home, with contents: path → what is there. */
export async function treeOf(home: string): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(home, { recursive: true })
  const tree = entries.toSorted().filter((path) => !record.test(path))
  return Object.fromEntries(await Promise.all(tree.map(async (path) => [path, await describeEntry(join(home, path))] as const)))
}

async function describeEntry(path: string): Promise<string> {
  const found = await lstat(path)
  const mode = (found.mode & 0o7777).toString(8)
  if (found.isSymbolicLink()) return `link to ${await readlink(path)}`
  if (!found.isFile()) return `${found.isDirectory() ? 'directory' : 'special'} ${mode}`
  return `file ${mode} ${createHash('sha256')
    .update(await readFile(path))
    .digest('hex')}`
}
