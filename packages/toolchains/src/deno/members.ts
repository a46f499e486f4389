/** The manifests of a Deno workspace. */
import { joinPaths, normalPath, usablePatterns, withoutTrailingSlashes } from '@hop3/core'
import { isInside } from '../inside.ts'
import { tableAt, textsAt, valueAt } from '../value-at.ts'
import type { DenoApp } from './deno-app.ts'

const manifests = ['deno.json', 'deno.jsonc', 'package.json']

/** All that the source's root and its members have, relative to the source; empty without a workspace, undefined where its patterns are more than names and one star. */
export async function memberManifests({ source, root, manifest }: DenoApp): Promise<readonly string[] | undefined> {
  const top = root === '' ? manifest?.data : await topManifest(source)
  const workspace = valueAt(top, 'workspace')
  const patterns = tableAt(workspace) === undefined ? textsAt(top, 'workspace') : textsAt(workspace, 'members')
  if (patterns.length === 0) return []
  const found = new Set(await manifestsIn(source, ''))
  for (const pattern of usablePatterns(patterns).map((one) => withoutTrailingSlashes(normalPath(one)))) {
    const [, above, star] = /^([^*?{}[\]!]*?)(\/?\*)?$/.exec(pattern) ?? []
    if (above === undefined || !isInside(pattern)) return undefined
    const directories = star === undefined ? [above] : (await source.list(above === '' ? '.' : above)).map((name) => joinPaths(above, name))
    for (const directory of directories) for (const file of await manifestsIn(source, directory)) found.add(file)
  }
  return [...found]
}

async function topManifest(source: DenoApp['source']): Promise<unknown> {
  for (const file of ['deno.json', 'deno.jsonc']) if (await source.hasFile(file)) return source.readJson(file)
  return undefined
}

async function manifestsIn(source: DenoApp['source'], directory: string): Promise<readonly string[]> {
  const names = (await source.hasDirectory(directory === '' ? '.' : directory)) ? await source.list(directory === '' ? '.' : directory) : []
  return manifests.filter((name) => names.includes(name)).map((name) => joinPaths(directory, name))
}
