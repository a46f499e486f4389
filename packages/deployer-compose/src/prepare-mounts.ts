/** Makes the directories that containers are given, so that the engine does not make them as root. */
import { chown, mkdir, stat } from 'node:fs/promises'
import type { DeploymentContext } from '@hop3/core'
import type { Engine } from './engine.ts'
import { imageOwner } from './image-owner.ts'
import type { Image } from './image.ts'

/** An image's own user may write what it is given. What belongs to somebody already stays theirs. */
export async function prepareMounts(context: DeploymentContext, engine: Engine, image: Image, sources: readonly string[]): Promise<void> {
  const unowned: string[] = []
  for (const source of sources) {
    await mkdir(source, { recursive: true })
    if ((await stat(source)).uid === 0) unowned.push(source)
  }
  if (process.getuid?.() !== 0 || unowned.length === 0) return
  const { uid, gid } = await imageOwner(context, engine, image)
  if (uid !== 0) for (const source of unowned) await chown(source, uid, gid)
}
