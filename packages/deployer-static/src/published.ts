/** Which releases of an app are published: one small file in `<home>/static`, because no process is there to be asked. */
import { writeFileAtomic, type DeploymentContext, type WorkerStatus } from '@hop3/core'
import { mkdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

interface Published {
  readonly release: string
  readonly generation: number
  readonly directory: string
}

/** Notes this release and generation beside whatever is published. */
export async function addPublished(context: DeploymentContext, directory: string): Promise<void> {
  const others = (await readPublished(context)).filter((one) => !isWanted(context, one))
  await writePublished(context, [...others, { release: context.release.id, generation: context.generation, directory }])
}

/** Forgets every other release and generation. */
export async function keepOnly(context: DeploymentContext): Promise<void> {
  const all = await readPublished(context)
  const kept = all.filter((one) => isWanted(context, one))
  if (kept.length !== all.length) await writePublished(context, kept)
}

export async function forgetAll(context: DeploymentContext): Promise<void> {
  await rm(recordPath(context), { force: true })
}

/** A published release whose files are gone is `failing`. */
export async function status(context: DeploymentContext): Promise<readonly WorkerStatus[]> {
  return Promise.all(
    (await readPublished(context)).map(async ({ release, generation, directory }): Promise<WorkerStatus> => {
      const there = await stat(directory).then(
        (found) => found.isDirectory(),
        () => false,
      )
      const state = there ? 'running' : 'failing'
      return { app: context.appName, worker: 'static', ordinal: 1, release, generation, state, pid: null, address: directory }
    }),
  )
}

function isWanted(context: DeploymentContext, one: Published): boolean {
  return one.release === context.release.id && one.generation === context.generation
}

function recordPath({ directories, appName }: DeploymentContext): string {
  return join(directories.home, 'static', `${appName}.json`)
}

async function writePublished(context: DeploymentContext, published: readonly Published[]): Promise<void> {
  if (published.length === 0) return forgetAll(context)
  await mkdir(join(context.directories.home, 'static'), { recursive: true, mode: 0o700 })
  await writeFileAtomic(recordPath(context), `${JSON.stringify(published)}\n`)
}

/** A record that cannot be read says that nothing is published: the next deploy writes it anew. */
async function readPublished(context: DeploymentContext): Promise<Published[]> {
  try {
    const value: unknown = JSON.parse(await readFile(recordPath(context), 'utf8'))
    return Array.isArray(value) ? value.filter(isPublished) : []
  } catch (error) {
    if (error instanceof SyntaxError || (error instanceof Error && 'code' in error && error.code === 'ENOENT')) return []
    throw error
  }
}

function isPublished(value: unknown): value is Published {
  if (typeof value !== 'object' || value === null) return false
  const { release, generation, directory } = { release: undefined, generation: undefined, directory: undefined, ...value }
  return typeof release === 'string' && typeof generation === 'number' && typeof directory === 'string'
}
