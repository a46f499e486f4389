/** What a release needs of the store, all in all. */
import { basename } from 'node:path'
import { rootsIn } from './roots.ts'
import { runNix } from './run-nix.ts'
import type { NixSession } from './session.ts'

/** As it stands in the artifact, under `metadata.nix`. Sizes in bytes of the unpacked paths. */
export interface Closure {
  /** What the release keeps: the rest is needed by these. */
  readonly paths: readonly string[]
  readonly closure: {
    readonly size: number
    readonly count: number
    /** Those that take most, the largest first. */
    readonly largest: readonly { readonly path: string; readonly size: number }[]
    /** Against the release that was current when this one was built, where Nix built that, too. */
    readonly change?: ClosureChange
  }
}

export interface ClosureChange {
  readonly release: string
  readonly size: number
  /** Names of paths, without their hashes, that one has and the other has not. */
  readonly added: readonly string[]
  readonly removed: readonly string[]
}

const mostNamed = 5
const mostChanges = 50
/** Names of store paths are some 100 bytes long. */
const most = 64 * 1024 * 1024

/** Undefined where it cannot be found out: no build fails for it. */
export async function measureClosure(session: NixSession): Promise<Closure | undefined> {
  const { release, current } = session.context
  const paths = await targetsIn(release.path)
  const before = current === undefined ? [] : await targetsIn(current.path)
  const [now, then] = await Promise.all([requisites(session, paths), requisites(session, before)])
  const sizes = await sizesOf(session, [...new Set([...now, ...then])])
  if (now.length === 0 || sizes === undefined) return undefined
  const total = (all: readonly string[]): number => all.reduce((sum, path) => sum + (sizes.get(path) ?? 0), 0)
  const largest = now
    .map((path) => ({ path, size: sizes.get(path) ?? 0 }))
    .toSorted((one, other) => other.size - one.size || (one.path < other.path ? -1 : 1))
    .slice(0, mostNamed)
  const change = current !== undefined &&
    then.length > 0 && { release: current.id, size: total(now) - total(then), ...difference(now, then) }
  return { paths, closure: { size: total(now), count: now.length, largest, ...(change && { change }) } }
}

async function targetsIn(releasePath: string): Promise<readonly string[]> {
  return [...new Set((await rootsIn(releasePath)).map(({ target }) => target))].toSorted()
}

/** Empty where the store does not have them any more. */
async function requisites(session: NixSession, paths: readonly string[]): Promise<readonly string[]> {
  return paths.length === 0 ? [] : ((await query(session, ['--requisites', ...paths])) ?? [])
}

async function sizesOf(session: NixSession, paths: readonly string[]): Promise<ReadonlyMap<string, number> | undefined> {
  const lines = paths.length === 0 ? undefined : await query(session, ['--size', ...paths])
  return lines?.length === paths.length ? new Map(paths.map((path, index) => [path, Number(lines[index])])) : undefined
}

async function query(session: NixSession, args: readonly string[]): Promise<readonly string[] | undefined> {
  const { result } = await runNix(session, {
    program: 'nix-store',
    args: ['--query', ...args],
    cwd: session.context.release.path,
    maxOutput: most,
  })
  return result.exitCode === 0 && result.overflowed !== true ? result.stdout.split('\n').filter((line) => line !== '') : undefined
}

function difference(now: readonly string[], then: readonly string[]): Pick<ClosureChange, 'added' | 'removed'> {
  const [has, had] = [new Set(now), new Set(then)]
  const names = (paths: readonly string[]): readonly string[] =>
    paths
      .map((path) => basename(path).slice(33))
      .toSorted()
      .slice(0, mostChanges)
  return { added: names(now.filter((path) => !had.has(path))), removed: names(then.filter((path) => !has.has(path))) }
}
