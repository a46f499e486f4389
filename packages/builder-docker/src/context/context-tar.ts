/** The context for the builder before BuildKit: a tar stream, made while it is sent. */
import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { pack, type Pack } from 'tar-stream'
import { virtualFile, type ContextEntry } from './context-entry.ts'
import { unreadable } from './read-context.ts'

export interface ClassicContext {
  readonly body: Readable
  /** The Dockerfile's path in it. */
  readonly dockerfile: string
}

/** A Dockerfile and where it is. */
export interface DockerfileText {
  /** Relative to the context where it lies in it. */
  readonly path: string
  readonly text: string
  /** It lies in the context's directory, though rules may leave it out of the context. */
  readonly isInside: boolean
  /** The text of the `.dockerignore` that has been applied. */
  readonly rules?: string
}

/**
 * This builder reads the Dockerfile from the context. As the docker program does it, one that the rules leave out is sent with a .dockerignore
 * that names it, at which the builder removes it before it copies anything.
 */
export function classicContext(entries: readonly ContextEntry[], { path, text, isInside, rules }: DockerfileText): ClassicContext {
  const has = (name: string): boolean => entries.some((entry) => entry.path === name)
  if (isInside && (has(path) || rules !== undefined)) {
    const missing = [
      ...(has(path) ? [] : [virtualFile(path, text)]),
      ...(has('.dockerignore') || rules === undefined ? [] : [virtualFile('.dockerignore', rules)]),
    ]
    return { body: contextTar([...entries, ...missing]), dockerfile: path }
  }
  const name = '.hop3.Dockerfile'
  const extra = [virtualFile('.dockerignore', `${name}\n.dockerignore\n`), virtualFile(name, text)]
  return { body: contextTar([...extra, ...entries.filter((entry) => entry.path !== '.dockerignore')]), dockerfile: name }
}

export function contextTar(entries: readonly ContextEntry[]): Readable {
  const tar = pack()
  fill(tar, entries).catch((error: unknown) => tar.destroy(error instanceof Error ? error : new Error(String(error))))
  // The library's streams are not Node's: this one is, with its back pressure.
  return Readable.from(tar, { objectMode: false })
}

async function fill(tar: Pack, entries: readonly ContextEntry[]): Promise<void> {
  for (const entry of entries) {
    const header = headerOf(entry)
    if (entry.kind !== 'file') await written(tar, header)
    else if ('bytes' in entry.content) await written(tar, header, entry.content.bytes)
    else {
      try {
        await pipeline(createReadStream(entry.content.path, { end: Math.max(0, entry.size - 1) }), tar.entry(header))
      } catch (error) {
        throw unreadable(entry.path, error)
      }
    }
  }
  tar.finalize()
}

type Header = Parameters<Pack['entry']>[0]

function headerOf(entry: ContextEntry): Header {
  const { path, mode, mtimeNs } = entry
  const common = { mode, mtime: new Date(Number(mtimeNs / 1_000_000n)), uid: 0, gid: 0 }
  if (entry.kind === 'directory') return { ...common, name: `${path}/`, type: 'directory' }
  if (entry.kind === 'link') return { ...common, name: path, type: 'symlink', linkname: entry.target }
  return { ...common, name: path, type: 'file', size: entry.size }
}

function written(tar: Pack, header: Header, bytes?: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (error?: Error | null): void => (error ? reject(error) : resolve())
    if (bytes === undefined) tar.entry(header, done)
    else tar.entry(header, bytes, done)
  })
}
