/**
 * The phase cache as one build sees it. Releases and cache share the files of installed packages by hard links, so one that a later phase or a
 * worker writes in place changes everywhere. Such a file is found by looking again, at the end of the build and before every use of the entry: then the entry
 * is dropped, and the file is copied from then on.
 */
import { join } from 'node:path'
import type { BuildContext, CacheOutcome } from '@hop3/core'
import { dropEntry, hasEntry } from './cache-entry.ts'
import { missReasons } from './miss-reasons.ts'
import { readItem, type LinkedFile } from './output-tree.ts'
import type { KeyParts } from './phase-key.ts'
import { readRecord, writeRecord, type PhaseRecord } from './phase-record.ts'
import { pruneCache } from './prune-cache.ts'
import { restoreOutputs, type RestoreResult } from './restore-outputs.ts'
import { storeOutputs } from './store-outputs.ts'
import { volatileFiles } from './volatile-files.ts'

export interface PhaseCacheOptions {
  readonly context: BuildContext
  readonly appRoot: string
  /** The release's path in all forms. */
  readonly forms: readonly string[]
  readonly enabled: boolean
  /** Bytes. */
  readonly limit: number
}

export interface CachedPhase {
  readonly name: string
  readonly key: string
  readonly parts: KeyParts
  readonly outputs: readonly string[]
}

export interface PhaseCache {
  /** False when `restore` cannot hit with any key that begins so. */
  mayHold(keyPrefix: string): Promise<boolean>
  /** `hit`: the outputs are in place. */
  restore(phase: CachedPhase): Promise<CacheOutcome>
  /** The same for a phase that it cannot hold, and so has run. */
  missed(phase: CachedPhase): Promise<CacheOutcome>
  /** After the commands of a phase that was no hit. `keep`: false when the key may not be that of what ran. */
  store(phase: CachedPhase, options: { readonly keep: boolean }): Promise<void>
  /** After the last phase. */
  finish(): Promise<void>
}

/** What a phase of this build shares with the cache. */
interface Shared {
  readonly phase: CachedPhase
  readonly files: readonly LinkedFile[]
  readonly learned: readonly string[]
  /** True once another phase ran its commands after this one. */
  followed: boolean
}

export function createPhaseCache(options: PhaseCacheOptions): PhaseCache {
  const { context, appRoot, forms, limit, enabled } = options
  const { cachePath, appName, signal, clock } = context
  const shared: Shared[] = []
  const learned = new Map<string, readonly string[]>()
  const remember = ({ name, key, parts }: CachedPhase, volatile: readonly string[], spoiled: readonly string[] = []): Promise<void> =>
    writeRecord(cachePath, appName, name, { key, parts, volatile: [...volatile], spoiled: [...spoiled] })
  const uncached = ({ name, outputs }: CachedPhase): CacheOutcome | undefined => {
    if (!enabled) return { phase: name, outcome: 'uncached', reasons: ['the cache is off ([build.local] cache = false)'] }
    if (outputs.length === 0) return { phase: name, outcome: 'uncached', reasons: ['it declares no outputs'] }
    return undefined
  }
  const miss = (phase: CachedPhase, record: PhaseRecord | undefined, result: Missed): CacheOutcome => {
    learned.set(phase.name, [...new Set([...(record?.volatile ?? []), ...result.changed])].toSorted())
    return { phase: phase.name, outcome: 'miss', reasons: reasonsFor(phase, record, result) }
  }
  return {
    mayHold: async (keyPrefix) => enabled && hasEntry(cachePath, keyPrefix),
    async missed(phase) {
      const record = await readRecord(cachePath, appName, phase.name)
      return uncached(phase) ?? miss(phase, record, { restored: false, reason: 'missing', changed: [] })
    },
    async restore(phase) {
      const { name, key, outputs } = phase
      const without = uncached(phase)
      if (without !== undefined) return without
      const record = await readRecord(cachePath, appName, name)
      const known = record?.volatile ?? []
      const temporary = join(context.release.path, '.restoring')
      const volatile = volatileFiles(outputs, known)
      const result = await restoreOutputs({ cachePath, key, appRoot, temporary, forms, volatile, now: clock.now(), signal })
      if (!result.restored) return miss(phase, record, result)
      shared.push({ phase, files: result.linked, learned: known, followed: false })
      if (record?.key !== key) await remember(phase, known)
      return { phase: name, outcome: 'hit', reasons: ['nothing it depends on has changed'] }
    },
    async store(phase, { keep }) {
      const { name, key, outputs } = phase
      for (const one of shared) one.followed = true
      if (!enabled || outputs.length === 0) return
      const log = context.log.child({ phase: name })
      if (!keep) return log.warn(`The outputs of phase ${name} are not kept for the next build: it replaced a program it runs.`)
      const known = learned.get(name) ?? []
      const volatile = volatileFiles(outputs, known)
      const result = await storeOutputs({ cachePath, key, appRoot, outputs, forms, volatile, limit, now: clock.now(), signal })
      await remember(phase, known)
      if (!result.stored) return log.warn(`The outputs of phase ${name} are not kept for the next build: ${result.reason}.`)
      shared.push({ phase, files: result.linked, learned: known, followed: false })
    },
    async finish() {
      for (const { phase, files, learned: known } of shared.filter(({ followed }) => followed)) {
        const changed = files.filter((file) => isChanged(appRoot, file)).map(({ path }) => path)
        if (changed.length === 0) continue
        await dropEntry(cachePath, phase.key)
        await remember(phase, [...new Set([...known, ...changed])].toSorted(), changed)
      }
      if (enabled) await pruneCache({ cachePath, limit, keep: new Set(shared.map(({ phase }) => phase.key)), now: clock.now() })
    },
  }
}

type Missed = Extract<RestoreResult, { restored: false }>

function reasonsFor(phase: CachedPhase, record: PhaseRecord | undefined, result: Missed): readonly string[] {
  if (result.reason === 'damaged') {
    return [
      result.changed.length === 0
        ? 'what was kept of it is damaged'
        : `what was kept of it has been changed since: ${someOf(result.changed)}`,
    ]
  }
  if (record === undefined) return ['first build']
  const reasons = missReasons(record.parts, phase.parts)
  if (reasons.length > 0) return reasons
  if (record.key !== phase.key) return ['the value of a secret it names changed']
  return [
    record.spoiled.length === 0 ? 'its outputs are not in the cache' : `a later phase of the last build changed ${someOf(record.spoiled)}`,
  ]
}

function someOf(paths: readonly string[]): string {
  return paths.length <= 3 ? paths.join(', ') : `${paths.slice(0, 3).join(', ')} and ${paths.length - 3} more`
}

/** Deleted and replaced files are no matter: only what is still there under its name and differs may have been written in place. */
function isChanged(appRoot: string, file: LinkedFile): boolean {
  const item = readItem(appRoot, file.path)
  return item?.kind === 'file' && (item.size !== file.size || item.mtimeNs !== file.mtimeNs || item.mode !== file.mode)
}
