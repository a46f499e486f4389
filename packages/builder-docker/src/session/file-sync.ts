/**
 * Sends a directory over a session: first a description of every entry, then the contents of those the engine asks for, which are the ones
 * it does not have from a build before. At most one file is open and 32 KiB of it are in memory.
 */
import { createReadStream } from 'node:fs'
import { once } from 'node:events'
import type { ServerDuplexStream } from '@grpc/grpc-js'
import { isObject } from '@hop3/core/json'
import type { ContextEntry, ContextFile } from '../context/context-entry.ts'
import { unreadable } from '../context/read-context.ts'

type Fields = Readonly<Record<string, unknown>>
type Call = ServerDuplexStream<Fields, Fields>

export interface SyncRequest {
  readonly call: Call
  readonly entries: readonly ContextEntry[]
  /** What the build uses of it; empty for all. */
  readonly paths: readonly string[]
}

const packetType = { stat: 0, req: 1, data: 2, fin: 3, err: 4 } as const

/** Resolves when the engine has all it wants. */
export async function syncFiles({ call, entries, paths }: SyncRequest): Promise<void> {
  const wanted = isEnough(entries, paths) ? entriesOf(entries, paths) : entries
  const asked = requestsOf(call)
  for (const entry of wanted) await write(call, { type: packetType.stat, stat: describe(entry) })
  // A description of nothing ends the list.
  await write(call, { type: packetType.stat })
  for await (const id of asked) {
    const entry = wanted[id]
    if (entry?.kind === 'file') await sendFile(call, id, entry)
  }
  await write(call, { type: packetType.fin })
  call.end()
}

/** The ids of files the engine asks for, in its order, until it has all. */
async function* requestsOf(call: Call): AsyncGenerator<number> {
  const ids: number[] = []
  const state = { isOver: false, changed: (): void => {} }
  call.on('data', (packet: unknown) => {
    if (!isObject(packet)) return
    if (packet['type'] === packetType.req) ids.push(Number(packet['ID']))
    if (packet['type'] === packetType.fin || packet['type'] === packetType.err) state.isOver = true
    state.changed()
  })
  for (const event of ['end', 'error', 'cancelled', 'close']) {
    call.on(event, () => {
      state.isOver = true
      state.changed()
    })
  }
  while (!state.isOver || ids.length > 0) {
    const id = ids.shift()
    if (id !== undefined) yield id
    else
      await new Promise<void>((resolve) => {
        state.changed = resolve
      })
  }
}

async function sendFile(call: Call, ID: number, { path, content }: ContextFile): Promise<void> {
  if ('bytes' in content) {
    if (content.bytes.length > 0) await write(call, { type: packetType.data, ID, data: content.bytes })
  } else {
    const stream = createReadStream(content.path, { highWaterMark: 32 * 1024 })
    try {
      for await (const data of stream) await write(call, { type: packetType.data, ID, data })
    } catch (error) {
      throw call.cancelled ? error : unreadable(path, error)
    }
  }
  // No bytes end a file.
  await write(call, { type: packetType.data, ID })
}

async function write(call: Call, packet: Fields): Promise<void> {
  if (call.cancelled || call.destroyed) throw new Error('the engine ended the session')
  if (call.write(packet)) return
  const gone = new AbortController()
  const end = (): void => gone.abort()
  call.once('cancelled', end).once('close', end)
  await once(call, 'drain', { signal: gone.signal }).catch(() => {})
  call.off('cancelled', end).off('close', end)
}

/** Modes are those of Go, where kinds are bits of their own. Owners are nobody's business: files in an image are root's. */
function describe(entry: ContextEntry): Fields {
  const { path, mode, mtimeNs } = entry
  const special = (mode & 0o4000 ? 1 << 23 : 0) | (mode & 0o2000 ? 1 << 22 : 0) | (mode & 0o1000 ? 1 << 20 : 0)
  const bits = (mode & 0o777) | special
  const common = { path, modTime: mtimeNs.toString() }
  if (entry.kind === 'directory') return { ...common, mode: bits + 2 ** 31 }
  if (entry.kind === 'link') return { ...common, mode: bits + 2 ** 27, linkname: entry.target }
  return { ...common, mode: bits, size: entry.size }
}

/** Whether the paths can be told apart by their text alone: links and wildcards on the way may lead
 * anywhere, a comma may be one between two paths, and then all is sent. */
function isEnough(entries: readonly ContextEntry[], paths: readonly string[]): boolean {
  if (paths.length === 0 || paths.some((path) => /[*?[\\]/.test(path)) || entries.some(({ path }) => path.includes(', '))) return false
  const links = entries.filter(({ kind }) => kind === 'link').map(({ path }) => path)
  return !paths.some((path) => links.some((link) => `${path}/`.startsWith(`${link}/`)))
}

function entriesOf(entries: readonly ContextEntry[], paths: readonly string[]): readonly ContextEntry[] {
  const asked = paths.map((path) => path.replace(/^\/+/, '').replace(/\/+$/, ''))
  if (asked.some((path) => path === '' || path === '.')) return entries
  return entries.filter(({ path }) => asked.some((one) => path === one || path.startsWith(`${one}/`) || one.startsWith(`${path}/`)))
}
