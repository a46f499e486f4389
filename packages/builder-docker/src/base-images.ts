/** The images a build began with or copied from, as its own steps name them: an image of the same tag may be another one tomorrow. */
import type { ResourceDescriptor } from '@hop3/planner/supply-chain'
import { isObject } from '@hop3/core/json'
import { dockerfileInstructions } from './build/dockerfile-lines.ts'
import type { Engine } from './engine/engine.ts'
import { parseReference } from './registry/reference.ts'

/** Sorted, with registry, tag and digest as far as the steps say them. `steps`: as engines name them, `[base 1/2] FROM docker.io/library/node:24`. */
export function usedImages(steps: readonly string[], dockerfile: string): readonly string[] {
  const stages = stageNames(dockerfile)
  const named = steps.flatMap((step) => {
    const [, keyword, flags = '', rest = ''] = /^(?:\[[^\]]*\] )?(FROM|COPY|RUN) ((?:--\S+ )*)(\S*)/.exec(step) ?? []
    if (keyword === 'FROM') return [rest]
    return [...flags.matchAll(/(?:^|\s)--(?:from=|mount=\S*?\bfrom=)([^\s,]+)/g)].map(([, source = '']) => source)
  })
  const images = named.filter((name) => name !== 'scratch' && !/^\d+$/.test(name) && !stages.has(name.toLowerCase()))
  return [...new Set(images.flatMap((name) => wholeName(name) ?? []))].toSorted()
}

function stageNames(dockerfile: string): ReadonlySet<string> {
  const from = dockerfileInstructions(dockerfile).filter(({ keyword }) => keyword === 'FROM')
  return new Set(from.flatMap(({ text }) => /\sAS\s+(\S+)$/i.exec(text)?.[1]?.toLowerCase() ?? []))
}

/** Engines write one image as `node`, `node:latest` and `docker.io/library/node:latest`. */
function wholeName(written: string): string | undefined {
  const reference = parseReference(written)
  if (reference === undefined) return undefined
  const { registry, name, tag, digest } = reference
  const path = name.startsWith(`${registry}/`) ? name.slice(registry.length + 1) : name
  const place = registry === 'docker.io' && !path.includes('/') ? `library/${path}` : path
  const suffix = tag === undefined && digest !== undefined ? '' : `:${tag ?? 'latest'}`
  return `${registry}/${place}${suffix}${digest === undefined ? '' : `@${digest}`}`
}

/**
 * What a provenance says of them. The digest is that of the manifest in the registry an image came from; of one that came from none it is the
 * image's id, and said to be. An image the engine has forgotten in the meantime has none.
 */
export async function describeImages(images: readonly string[], engine: Engine, platform: string): Promise<readonly ResourceDescriptor[]> {
  return Promise.all(images.map((image) => describe(image, engine, platform)))
}

async function describe(image: string, { docker }: Engine, platform: string): Promise<ResourceDescriptor> {
  const uri = imageUrl(image, platform)
  const written = /@sha256:([0-9a-f]{64})$/.exec(image)?.[1]
  if (written !== undefined) return { uri, digest: { sha256: written } }
  const name = familiarName(image)
  const found: unknown = await docker
    .getImage(name)
    .inspect()
    .catch(() => undefined)
  if (!isObject(found)) return { uri }
  const repository = name.replace(/:[^/:]+$/, '')
  const digests = Array.isArray(found['RepoDigests']) ? found['RepoDigests'].map(String) : []
  const sha256 = digests.find((one) => one.startsWith(`${repository}@sha256:`))?.slice(repository.length + '@sha256:'.length)
  if (sha256 !== undefined) return { uri, digest: { sha256 } }
  return { uri, digest: { sha256: String(found['Id']).replace('sha256:', '') }, annotations: { 'hop3:digest-of': 'image id' } }
}

/** As BuildKit writes it: `pkg:docker/node@24-bookworm-slim?platform=linux%2Famd64`. */
function imageUrl(image: string, platform: string): string {
  const [, name = '', tag] = /^(.+?)(?::([^/:@]+))?(?:@.*)?$/.exec(familiarName(image)) ?? []
  const path = name.split('/').map(encodeURIComponent).join('/')
  return `pkg:docker/${path}${tag === undefined ? '' : `@${encodeURIComponent(tag)}`}?platform=${encodeURIComponent(platform)}`
}

/** As people write it, and as the engine lists it. */
function familiarName(image: string): string {
  return image.replace(/^docker\.io\/(?:library\/)?/, '')
}
