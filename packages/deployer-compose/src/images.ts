/** Which images belong to releases, and the going of those whose release is gone: nobody else's image is ever removed. */
import { mkdir, readFile, readdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { writeFileAtomic, type BuildArtifact, type DeploymentContext } from '@hop3/core'
import { isObject, parseJson } from '@hop3/core/json'
import { expectStatus, type Engine } from './engine.ts'
import { readImage, type Image } from './image.ts'
import { layoutOf } from './layout.ts'

/** Only images Hop3 has built for this app: one that was pulled is the operator's. */
export async function rememberImage(
  { appName, directories, release }: DeploymentContext,
  artifact: BuildArtifact,
  image: Image,
): Promise<void> {
  if (!artifact.location.startsWith('sha256:') || image.labels['hop3.app'] !== appName) return
  const { root, images } = layoutOf(directories.home, appName)
  const known = await readImages(images)
  if (known[release.id] === image.id) return
  await mkdir(root, { recursive: true, mode: 0o700 })
  await writeFileAtomic(images, `${JSON.stringify({ ...known, [release.id]: image.id })}\n`, { mode: 0o600 })
}

/** Those that no kept release is made of. What somebody else uses or has named stays. */
export async function removeUnusedImages(context: DeploymentContext, engine: Engine): Promise<void> {
  const { appName, directories, release, log } = context
  const { images } = layoutOf(directories.home, appName)
  const known = await readImages(images)
  const kept = new Set([release.id, ...(await readdir(dirname(release.path)).catch(() => Object.keys(known)))])
  const gone = Object.keys(known).filter((id) => !kept.has(id))
  if (gone.length === 0) return
  const rest = Object.fromEntries(Object.entries(known).filter(([id]) => kept.has(id)))
  const unused = new Set(gone.flatMap((id) => known[id] ?? []).filter((image) => !Object.values(rest).includes(image)))
  for (const image of unused)
    await removeImage(context, engine, image).catch((error: unknown) => log.debug(`Cannot remove the image ${image}: ${String(error)}`))
  await writeFileAtomic(images, `${JSON.stringify(rest)}\n`, { mode: 0o600 })
}

/** Those of every release: the app has been destroyed. */
export async function removeAllImages(context: Pick<DeploymentContext, 'appName' | 'directories' | 'log'>, engine: Engine): Promise<void> {
  const known = await readImages(layoutOf(context.directories.home, context.appName).images)
  for (const image of new Set(Object.values(known)))
    await removeImage(context, engine, image).catch((error: unknown) =>
      context.log.debug(`Cannot remove the image ${image}: ${String(error)}`),
    )
}

async function removeImage({ appName }: Pick<DeploymentContext, 'appName'>, engine: Engine, id: string): Promise<void> {
  const found = await readImage(engine, { appName, location: id, metadata: {} })
  if (found === undefined || found.labels['hop3.app'] !== appName) return
  const isOurs = (tag: string): boolean => tag.startsWith('hop3/') || tag.startsWith('hop3-')
  if (!found.tags.every(isOurs)) return
  // Not forced: 409 says that a container, a tag or another image needs it.
  for (const name of found.tags.length === 0 ? [id] : found.tags) {
    const answer = await engine.ask('DELETE', `/images/${encodeURIComponent(name)}`)
    expectStatus(answer, [200, 404, 409], `Cannot remove the image ${id}`)
  }
}

async function readImages(path: string): Promise<Readonly<Record<string, string>>> {
  const value = parseJson(await readFile(path, 'utf8').catch(() => ''))
  if (!isObject(value)) return {}
  return Object.fromEntries(Object.entries(value).flatMap(([id, image]) => (typeof image === 'string' ? [[id, image] as const] : [])))
}
