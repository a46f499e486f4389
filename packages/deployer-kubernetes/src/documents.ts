/**
 * What was applied for each generation, on the host that did: scaling says the same again with other counts, and undoing goes back to exactly
 * what was there. Without Secrets, whose values lie nowhere but in the cluster and in the app's own variables.
 */
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writeFileAtomic, type DeploymentContext } from '@hop3/core'
import { orElse } from '@hop3/core/files'
import { isObject } from '@hop3/core/json'
import { readKept } from './kept-file.ts'
import type { Kind, KubernetesObject } from './objects/kinds.ts'
import { rootOf } from './place.ts'

type Asking = Pick<DeploymentContext, 'appName' | 'directories'>

const directoryOf = (context: Asking): string => join(rootOf(context), 'generations')

const hint = 'Remove it: the next deploy writes another.'

const fileName = (generation: number, release: string): string => `${generation}-${release}.json`

/** Undefined where that generation was not applied from here. Throws `deploy.kubernetes.damaged`. */
export async function readDocument(context: Asking, generation: number, release: string): Promise<readonly KubernetesObject[] | undefined> {
  return readKept(join(directoryOf(context), fileName(generation, release)), objectsIn, hint)
}

const objectsIn = (value: unknown): readonly KubernetesObject[] | undefined =>
  Array.isArray(value) && value.every(isKubernetesObject) ? value : undefined

/** All that was applied from here and may be there. Throws as above. */
export async function readDocuments(context: Asking): Promise<readonly KubernetesObject[]> {
  const names = await orElse(readdir(directoryOf(context)), [])
  const read = names.map((name) => readKept(join(directoryOf(context), name), objectsIn, hint))
  return (await Promise.all(read)).flatMap((objects) => objects ?? [])
}

/** Whether anything of a kind may be there, as far as it was applied from here. What cannot be read may hold one. */
export async function mayHold(context: Asking, { kind }: Kind): Promise<boolean> {
  return (await readDocuments(context).catch(() => [{ kind }])).some((one) => one.kind === kind)
}

export function isKubernetesObject(value: unknown): value is KubernetesObject {
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
