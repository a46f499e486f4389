/** `proxy-move.json` in the home: how far a move of all apps to another proxy has come. Not there when none is under way. */
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { hop3Error } from './errors.ts'
import type { Lock } from './home.ts'
import type { Host } from './host.ts'
import { isObject } from './json.ts'
import { readKept } from './kept-setting.ts'
import { identifySelf, livenessOf } from './process-identity.ts'
import { writeFileAtomic } from './write-file-atomic.ts'

/**
 * Written before each: the apps are locked; the new proxy is started and told of every route; the choice is written down; the old ones go.
 * Until the last the old ones have every route as it was, and from `decide` on the new one has them, too. `renew`: there is no old one, and
 * other settings of the one that serves are written down, then served.
 */
export type MoveStep = (typeof steps)[number]

export interface MoveRecord {
  readonly step: MoveStep
  readonly to: string
  readonly from: readonly string[]
  /** Apps `to` had a route to before. */
  readonly known: readonly string[]
  /** App → its URL behind `to`. */
  readonly urls: Readonly<Record<string, string>>
}

const steps = ['lock', 'make', 'decide', 'end', 'renew'] as const

/** Of this move, or of one that nobody is at work on any more. Throws `environment.move-damaged`: two proxies may serve, each with a part of the apps. */
export function readMove({ home }: Pick<Host, 'home'>): Promise<MoveRecord | undefined> {
  return readKept({
    path: recordIn(home.path),
    damaged: (message, rest) => hop3Error('environment.move-damaged', message, { ...rest, hint: damagedHint }),
    lack: 'it does not say how far a move to another proxy has come',
    parse: recordOf,
  })
}

export const moveDamaged = 'environment.move-damaged'
const damagedHint = 'Give all apps one proxy, whichever they are behind, which removes the file: hop3 proxy use nginx'

function recordOf(value: unknown): MoveRecord | undefined {
  if (!isObject(value)) return undefined
  const { to, from, known, urls } = value
  const step = steps.find((one) => one === value['step'])
  if (step === undefined || typeof to !== 'string' || !isTexts(from) || !isTexts(known) || !isObject(urls)) return undefined
  const pairs = Object.entries(urls).flatMap(([app, url]): [string, string][] => (typeof url === 'string' ? [[app, url]] : []))
  return { step, to, from, known, urls: Object.fromEntries(pairs) }
}

export function keepMove({ home }: Pick<Host, 'home'>, record: MoveRecord): Promise<void> {
  return writeFileAtomic(recordIn(home.path), `${JSON.stringify(record)}\n`)
}

export function dropMove({ home }: Pick<Host, 'home'>): Promise<void> {
  return rm(recordIn(home.path), { force: true })
}

/** Whether a command is at it that lives, or may live on another machine. */
export async function isMoveHeld({ home }: Pick<Host, 'home'>): Promise<boolean> {
  const { readLockFile } = await import('./lock-file.ts')
  const holder = await readLockFile(lockIn(home.path))
  return holder !== undefined && holder.pid !== null && (await livenessOf(holder, await identifySelf())) !== 'dead'
}

type Locking = Pick<Host, 'clock' | 'signal' | 'log'> & { readonly home: Pick<Host['home'], 'path'> }

/** Held by who moves the apps, or ends what another left. Throws `lock.held`, and the signal's reason. */
export async function lockMove(
  { home, clock, signal, log }: Locking,
  operation: 'proxy use' | 'recover',
  wait: boolean | number,
): Promise<Lock> {
  // Its hashes and random bytes would cost every command its start-up.
  const { takeLock } = await import('./lock.ts')
  return takeLock({
    path: lockIn(home.path),
    subject: 'the proxy of all apps',
    operation,
    clock,
    wait,
    signal,
    notice: (text) => log.warn(text),
    prepare: async () => void (await mkdir(home.path, { recursive: true })),
  })
}

function recordIn(home: string): string {
  return join(home, 'proxy-move.json')
}

function lockIn(home: string): string {
  return join(home, 'proxy-move.lock')
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string')
}
