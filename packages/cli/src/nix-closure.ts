/** What an artifact that Nix built says of its closure. */
import type { BuildArtifact } from '@hop3/core'
import { isObject } from '@hop3/core/json'

export interface ArtifactClosure {
  /** Bytes. */
  readonly size: number
  readonly count: number
  readonly largest: readonly { readonly path: string; readonly size: number }[]
  /** Since the release that was current before. */
  readonly change?: { readonly release: string; readonly size: number }
}

/** Undefined for what another builder built, or an artifact that does not say it. */
export function closureOf({ metadata: { nix } }: Pick<BuildArtifact, 'metadata'>): ArtifactClosure | undefined {
  const closure = isObject(nix) ? nix['closure'] : undefined
  if (!isObject(closure)) return undefined
  const { size, count, change } = closure
  if (typeof size !== 'number' || typeof count !== 'number') return undefined
  const largest = Array.isArray(closure['largest']) ? closure['largest'].flatMap(memberOf) : []
  const since = isObject(change) && typeof change['size'] === 'number' && typeof change['release'] === 'string'
  return { size, count, largest, ...(since && { change: { size: Number(change['size']), release: String(change['release']) } }) }
}

function memberOf(value: unknown): readonly { readonly path: string; readonly size: number }[] {
  if (!isObject(value) || typeof value['path'] !== 'string' || typeof value['size'] !== 'number') return []
  return [{ path: value['path'], size: value['size'] }]
}
