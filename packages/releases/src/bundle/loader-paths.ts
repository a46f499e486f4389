/** Where a program or library in the ELF format (System V ABI, chapter 5) makes the loader look: its interpreter, RPATH and RUNPATH. */
import type { FileHandle } from 'node:fs/promises'

interface Segment {
  readonly type: number
  readonly offset: number
  readonly address: number
  readonly size: number
}

const segmentTypes = { load: 1, dynamic: 2, interpreter: 3 } as const
const tags = { strings: 5, stringsSize: 10, rpath: 15, runpath: 29 } as const
/** Larger tables are no tables of a real program. */
const maximumBytes = 16 * 1024 * 1024

/** Empty for what is no 64-bit little-endian ELF file, and for a damaged one: the loader would not take it either. */
export async function loaderPaths(file: FileHandle): Promise<readonly string[]> {
  const head = await bytes(file, 0, 64)
  const isElf = head.length === 64 && head.readUInt32BE(0) === 0x7f454c46 && head[4] === 2 && head[5] === 1
  if (!isElf) return []
  const segments = await readSegments(file, head)
  const texts = [...(await interpreter(file, segments)), ...(await searchPaths(file, segments))]
  return texts.filter((text) => text !== '')
}

async function readSegments(file: FileHandle, head: Buffer): Promise<readonly Segment[]> {
  const [offset, size, count] = [Number(head.readBigUInt64LE(32)), head.readUInt16LE(54), head.readUInt16LE(56)]
  if (size < 56) return []
  const table = await bytes(file, offset, size * count)
  return Array.from({ length: Math.floor(table.length / size) }, (_, index) => {
    const at = index * size
    return {
      type: table.readUInt32LE(at),
      offset: Number(table.readBigUInt64LE(at + 8)),
      address: Number(table.readBigUInt64LE(at + 16)),
      size: Number(table.readBigUInt64LE(at + 32)),
    }
  })
}

async function interpreter(file: FileHandle, segments: readonly Segment[]): Promise<readonly string[]> {
  const found = segments.find(({ type }) => type === segmentTypes.interpreter)
  return found === undefined ? [] : [textAt(await bytes(file, found.offset, found.size), 0)]
}

async function searchPaths(file: FileHandle, segments: readonly Segment[]): Promise<readonly string[]> {
  const dynamic = segments.find(({ type }) => type === segmentTypes.dynamic)
  if (dynamic === undefined) return []
  const table = await bytes(file, dynamic.offset, dynamic.size)
  const values = Array.from({ length: Math.floor(table.length / 16) }, (_, index) => ({
    tag: Number(table.readBigUInt64LE(index * 16)),
    value: Number(table.readBigUInt64LE(index * 16 + 8)),
  }))
  const valueOf = (wanted: number): number | undefined => values.find(({ tag }) => tag === wanted)?.value
  const [address, size] = [valueOf(tags.strings), valueOf(tags.stringsSize)]
  const holder = segments.find(
    (one) => one.type === segmentTypes.load && address !== undefined && address >= one.address && address < one.address + one.size,
  )
  if (address === undefined || size === undefined || holder === undefined) return []
  const strings = await bytes(file, address - holder.address + holder.offset, size)
  return [tags.rpath, tags.runpath].flatMap((tag) => {
    const at = valueOf(tag)
    return at === undefined ? [] : [textAt(strings, at)]
  })
}

async function bytes(file: FileHandle, position: number, length: number): Promise<Buffer> {
  if (!Number.isSafeInteger(position) || length > maximumBytes) return Buffer.alloc(0)
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position)
  return buffer.subarray(0, bytesRead)
}

function textAt(data: Buffer, at: number): string {
  const end = data.indexOf(0, at)
  return data.toString('utf8', at, end === -1 ? data.length : end)
}
