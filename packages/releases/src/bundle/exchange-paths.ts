import { longestFirst, type PathTable } from './origin-paths.ts'

interface Sighting {
  readonly at: number
  readonly path: string
}

/** The bytes with every path of the table exchanged, whatever the lengths. Holds no more than one piece and the length of a path. */
export async function* exchangePaths(pieces: AsyncIterable<Uint8Array>, table: PathTable): AsyncGenerator<Uint8Array> {
  const paths = longestFirst(table)
  const longest = Math.max(0, ...paths.map((path) => Buffer.byteLength(path)))
  let rest = Buffer.alloc(0)
  for await (const piece of pieces) {
    const data = rest.length === 0 ? Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength) : Buffer.concat([rest, piece])
    // A path that begins later may go on in the next piece.
    const sure = Math.max(0, data.length - longest + 1)
    const { done, at } = exchanged(data, table, paths, sure)
    yield* done
    rest = Buffer.from(data.subarray(at))
  }
  const { done, at } = exchanged(rest, table, paths, rest.length)
  yield* done
  if (at < rest.length) yield rest.subarray(at)
}

/** Of what lies before `sure`, and a path that begins there. */
function exchanged(
  data: Buffer,
  table: PathTable,
  paths: readonly string[],
  sure: number,
): { readonly done: readonly Uint8Array[]; readonly at: number } {
  const done: Uint8Array[] = []
  let at = 0
  for (const one of sightings(data, paths)) {
    if (one.at < at || one.at >= sure) continue
    done.push(data.subarray(at, one.at), Buffer.from(table.get(one.path) ?? one.path))
    at = one.at + Buffer.byteLength(one.path)
  }
  if (at < sure) done.push(data.subarray(at, sure))
  return { done, at: Math.max(at, sure) }
}

/** Every place where a path stands, by place, the longer path first. */
export function sightings(data: Buffer, paths: readonly string[]): readonly Sighting[] {
  const found = paths.flatMap((path) => {
    const places: Sighting[] = []
    for (let at = data.indexOf(path); at !== -1; at = data.indexOf(path, at + 1)) places.push({ at, path })
    return places
  })
  return found.toSorted((one, other) => one.at - other.at || other.path.length - one.path.length)
}
