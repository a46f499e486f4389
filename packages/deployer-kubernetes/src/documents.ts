/**
 * What was applied for each generation, on the host that did: scaling says the same again with other counts, and undoing goes back to exactly
 * what was there. Without Secrets, whose values lie nowhere but in the cluster and in the app's own variables.
 */
import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writeFileAtomic, type DeploymentContext } from '@hop3/core'
import { orElse } from '@hop3/core/files'
import { isObject, parseJson } from '@hop3/core/json'
import type { KubernetesObject } from './objects/kinds.ts'
import { rootOf } from './place.ts'

type Asking = Pick<DeploymentContext, 'appName' | 'directories'>

const directoryOf = (context: Asking): string => join(rootOf(context), 'generations')

const fileName = (generation: number, release: string): string => `${generation}-${release}.json`

export async function readDocument(context: Asking, generation: number, release: string): Promise<readonly KubernetesObject[] | undefined> {
  const text = await readFile(join(directoryOf(context), fileName(generation, release)), 'utf8').catch(() => '')
  const found = parseJson(text)
  return Array.isArray(found) && found.every(isKubernetesObject) ? found : undefined
}

function isKubernetesObject(value: unknown): value is KubernetesObject {
  return isObject(value) && typeof value['kind'] === 'string' && typeof value['apiVersion'] === 'string' && isObject(value['metadata'])
}

export async function writeDocument(
  context: Asking,
  generation: number,
  release: string,
  objects: readonly KubernetesObject[],
): Promise<void> {
  await mkdir(directoryOf(context), { recursive: true, mode: 0o700 })
  const text = JSON.stringify(objects.filter(({ kind }) => kind !== 'Secret'))
  await writeFileAtomic(join(directoryOf(context), fileName(generation, release)), text, { mode: 0o600 })
}

/** All but that of this generation. */
export async function removeOtherDocuments(context: Asking, generation: number, release: string): Promise<void> {
  for (const name of await orElse(readdir(directoryOf(context)), []))
    if (name !== fileName(generation, release)) await rm(join(directoryOf(context), name), { force: true })
}

export async function removeDocuments(context: Asking): Promise<void> {
  await rm(directoryOf(context), { recursive: true, force: true })
}
