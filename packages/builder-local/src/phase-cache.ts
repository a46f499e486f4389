/**
 * The phase cache as one build sees it. Outputs are stored as copies and restored as hard links, so a file that a later phase or a worker
 * writes in place would change in the cache and in other releases too. Such files are found by looking again when the build is done, and are
 * copied from then on; an entry that was hit before it was known is dropped.
 */
import { join } from 'node:path'
import type { BuildContext, CacheOutcome } from '@hop3/core'
import { dropEntry } from './cache-entry.ts'
import { missReasons } from './miss-reasons.ts'
import { readItem } from './output-tree.ts'
import type { KeyParts } from './phase-key.ts'
import { readRecord, writeRecord, type PhaseRecord } from './phase-record.ts'
import { pruneCache } from './prune-cache.ts'
import { restoreOutputs, type LinkedFile, type RestoreResult } from './restore-outputs.ts'
import { storeOutputs } from './store-outputs.ts'

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
  /** `hit`: the outputs are in place. */
  restore(phase: CachedPhase): Promise<CacheOutcome>
  /** After the commands of a phase that was no hit. */
  store(phase: CachedPhase): Promise<void>
  /** After the last phase. */
  finish(): Promise<void>
}

/** Files of one phase's outputs as they were right after it. */
interface Watched {
  readonly phase: CachedPhase
  readonly files: readonly LinkedFile[]
  /** True where the files are the cache's own. */
  readonly shared: boolean
  readonly volatile: readonly string[]
  /** True once another phase ran its commands after this one. */
  followed: boolean
}

export function createPhaseCache(options: PhaseCacheOptions): PhaseCache {
  const { context, appRoot, forms, limit, enabled } = options
  const { cachePath, appName, signal, clock } = context
  const watched: Watched[] = []
  const records = new Map<string, PhaseRecord | undefined>()
  const volatileOf = (name: string): readonly string[] => records.get(name)?.volatile ?? []
  const remember = async ({ name, key, parts }: CachedPhase, volatile: readonly string[]): Promise<void> => {
    records.set(name, { key, parts, volatile: [...volatile] })
    await writeRecord(cachePath, appName, name, { key, parts, volatile: [...volatile] })
  }
  return {
    async restore(phase) {
      if (!enabled) return { phase: phase.name, outcome: 'uncached', reasons: ['the cache is off ([build.local] cache = false)'] }
      if (phase.outputs.length === 0) return { phase: phase.name, outcome: 'uncached', reasons: ['it declares no outputs'] }
      const record = await readRecord(cachePath, appName, phase.name)
      records.set(phase.name, record)
      const temporary = join(context.release.path, '.restoring')
      const volatile = new Set(record?.volatile)
      const result = await restoreOutputs({ cachePath, key: phase.key, appRoot, temporary, forms, volatile, now: clock.now(), signal })
      if (!result.restored) {
        for (const path of result.changed) volatile.add(path)
        if (record !== undefined) records.set(phase.name, { ...record, volatile: [...volatile] })
        return { phase: phase.name, outcome: 'miss', reasons: reasonsFor(phase, record, result) }
      }
      watched.push({ phase, files: result.linked, shared: true, volatile: [...volatile], followed: false })
      if (record?.key !== phase.key) await remember(phase, [...volatile])
      return { phase: phase.name, outcome: 'hit', reasons: ['nothing it depends on has changed'] }
    },
    async store(phase) {
      for (const one of watched) one.followed = true
      if (!enabled || phase.outputs.length === 0) return
      const log = context.log.child({ phase: phase.name })
      const { outputs, key } = phase
      const result = await storeOutputs({ cachePath, key, appRoot, outputs, forms, limit, now: clock.now(), signal })
      await remember(phase, volatileOf(phase.name))
      if (!result.stored) return log.warn(`The outputs of phase ${phase.name} are not kept for the next build: ${result.reason}.`)
      for (const output of outputs) {
        if (readItem(appRoot, output) === undefined) log.warn(`Phase ${phase.name} declares the output ${output}, but made nothing there.`)
      }
      const files = result.items.filter((item) => item.kind === 'file')
      watched.push({ phase, files, shared: false, volatile: volatileOf(phase.name), followed: false })
    },
    async finish() {
      for (const one of watched.filter(({ followed }) => followed)) {
        const changed = one.files.filter((file) => isChanged(appRoot, file)).map(({ path }) => path)
        if (changed.length === 0) continue
        if (one.shared) await dropEntry(cachePath, one.phase.key)
        await remember(one.phase, [...new Set([...one.volatile, ...changed])].toSorted())
      }
      if (enabled) await pruneCache({ cachePath, limit, keep: new Set(watched.map(({ phase }) => phase.key)), now: clock.now() })
    },
  }
}

function reasonsFor(
  phase: CachedPhase,
  record: PhaseRecord | undefined,
  result: Extract<RestoreResult, { restored: false }>,
): readonly string[] {
  if (result.reason === 'damaged') {
    const named = result.changed.slice(0, 3).join(', ')
    return [
      named === ''
        ? 'what was kept of it is damaged'
        : `what was kept of it has been changed since: ${named}${result.changed.length > 3 ? ', …' : ''}`,
    ]
  }
  if (record === undefined) return ['first build']
  const reasons = missReasons(record.parts, phase.parts)
  if (reasons.length > 0) return reasons
  return [record.key === phase.key ? 'its outputs are not in the cache' : 'the value of a secret it names changed']
}

/** Deleted and replaced files are no matter: only what is still there under its name and differs may have been written in place. */
function isChanged(appRoot: string, file: LinkedFile): boolean {
  const item = readItem(appRoot, file.path)
  return item?.kind === 'file' && (item.size !== file.size || item.mtimeNs !== file.mtimeNs || item.mode !== file.mode)
}
