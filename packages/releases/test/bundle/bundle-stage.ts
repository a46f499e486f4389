/** A release worth carrying, its bundle, and bundles that were tampered with. */
import { chmod, mkdir, readFile, readdir, readlink, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import {
  createLog,
  createRun,
  hostPlatform,
  systemClock,
  type AppHome,
  type ArtifactStore,
  type BuildArtifact,
  type LogEvent,
} from '@hop3/core'
import { createHome } from '@hop3/releases'
import { checkBundle, exportBundle, importBundle, type CheckedBundle, type ExportedBundle, type Unpacked } from '@hop3/releases/bundles'
import { extract, pack, type Header } from 'tar-stream'
import { artifactOf } from '../site-artifact.ts'
import { lock, tempDirectory } from '../temp-home.ts'

export const signal = new AbortController().signal

export interface Stage {
  readonly directory: string
  readonly home: string
  readonly app: AppHome
  /** The release's directory. */
  readonly root: string
  readonly artifact: BuildArtifact
  readonly events: readonly LogEvent[]
  export(options?: {
    output?: string
    store?: ArtifactStore
    artifact?: BuildArtifact
    user?: string
    releasePath?: string
  }): Promise<ExportedBundle>
}

/** `files`: path in the release → text, or a link as `-> target`. */
export async function stage(files: Readonly<Record<string, string | Uint8Array>> = {}, homeName = 'home'): Promise<Stage> {
  const directory = await tempDirectory()
  const home = join(directory, homeName)
  const app = createHome({ path: home, clock: systemClock }).app('blog')
  await (await lock(app)).release()
  const slot = await app.nextRelease('1f3a9c2e00000000')
  await app.reserve(slot)
  const platform = hostPlatform()
  const artifact = artifactOf(slot.path, slot.id)
  for (const [path, content] of Object.entries({ 'source/index.html': '<h1>hello</h1>', ...files })) {
    const file = join(slot.path, path)
    await mkdir(dirname(file), { recursive: true })
    const target = typeof content === 'string' ? /^-> (.*)$/s.exec(content)?.[1] : undefined
    if (target !== undefined) await symlink(target.replace('{root}', slot.path).replace('{home}', home), file)
    else await writeFile(file, typeof content === 'string' ? content.replaceAll('{root}', slot.path).replaceAll('{home}', home) : content)
    if (target === undefined && path.includes('/bin/')) await chmod(file, 0o755)
  }
  const committed = { ...artifact, metadata: { ...artifact.metadata, platform } }
  await app.commit(slot, committed)
  const events: LogEvent[] = []
  const log = createLog({ sink: (event) => events.push(event), clock: systemClock })
  return {
    directory,
    home,
    app,
    root: slot.path,
    artifact: committed,
    events,
    export: ({ output = join(directory, 'app.hop3'), ...options } = {}) =>
      exportBundle({ artifact: committed, appName: 'blog', home, user: '/home/someone', output, log, signal, ...options }),
  }
}

export interface Imported extends Unpacked {
  readonly root: string
  readonly home: string
}

export interface UnpackOptions {
  readonly home?: string
  readonly homeName?: string
  readonly env?: Readonly<Record<string, string>>
  readonly store?: ArtifactStore
}

/** Into a directory like that of a release, in a home of its own. */
export async function unpackHere(
  file: string,
  { home: given, homeName = 'elsewhere', env = {}, store }: UnpackOptions = {},
): Promise<Imported> {
  const home = given ?? join(await tempDirectory(), homeName)
  const root = join(home, 'apps', 'blog', 'releases', 'r000001-00000000')
  await mkdir(root, { recursive: true })
  const checked = await checkBundle(file, { signal })
  const unpack = await importBundle(checked, { appName: 'blog', home, env, run: createRun(), signal, store })
  return { ...(await unpack({ id: 'r000001-00000000', path: root, buildId: '00000000' })), root, home }
}

export function check(file: string): Promise<CheckedBundle> {
  return checkBundle(file, { signal })
}

export interface Part {
  header: Partial<Header> & Pick<Header, 'name'>
  body: Buffer
}

export async function partsOf(file: string): Promise<Part[]> {
  const tar = extract()
  Readable.from([await readFile(file)]).pipe(tar)
  const parts: Part[] = []
  for await (const entry of tar) {
    const pieces: Uint8Array[] = []
    for await (const piece of Readable.from(entry, { objectMode: false })) pieces.push(piece)
    const { name, mode, type, linkname } = entry.header
    parts.push({ header: { name, mode, type, ...(linkname && { linkname }) }, body: Buffer.concat(pieces) })
  }
  return parts
}

/** Writes them as a tar file, sizes as the bodies are. */
export async function writeParts(file: string, parts: readonly Part[]): Promise<string> {
  const tar = pack()
  for (const { header, body } of parts) {
    const isFile = header.type === undefined || header.type === 'file'
    if (isFile) tar.entry({ ...header, mtime: new Date(0) }, body)
    else tar.entry({ ...header, mtime: new Date(0) })
  }
  tar.finalize()
  const pieces: Uint8Array[] = []
  for await (const piece of Readable.from(tar, { objectMode: false })) pieces.push(piece)
  await writeFile(file, Buffer.concat(pieces))
  return file
}

/** Path → content, link target with an arrow, or a slash for a directory. */
export async function treeOf(root: string, below = ''): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {}
  for (const entry of await readdir(join(root, below), { withFileTypes: true })) {
    const path = join(below, entry.name)
    if (entry.isDirectory()) Object.assign(found, { [`${path}/`]: '' }, await treeOf(root, path))
    else if (entry.isSymbolicLink()) found[path] = `-> ${await readlink(join(root, path))}`
    else found[path] = await readFile(join(root, path), 'latin1')
  }
  return found
}
