/** Cron workers never run in two releases at once: those of the others rest while the new ones start, and come back if that fails. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { DeploymentContext } from '@hop3/core'
import { addVassal, ensureEmperor, vassalIds } from './emperor.ts'
import { parseInstanceName } from './instance-name.ts'
import { readRecord } from './instance-record.ts'
import { instanceFile, type Layout } from './layout.ts'
import { stopInstances } from './stop-instances.ts'
import { workerKind } from './worker-kind.ts'

/** Names of the cron instances of the app's other releases and generations. */
export async function otherCrons(context: DeploymentContext, layout: Layout): Promise<readonly string[]> {
  return (await vassalIds(layout)).filter((id) => {
    const name = parseInstanceName(id)
    if (name?.app !== context.appName || workerKind(name.worker) !== 'cron') return false
    return name.release !== context.release.id || name.generation !== context.generation
  })
}

/** Stops them; their directories stay. */
export async function suspendCrons(context: DeploymentContext, layout: Layout, ids: readonly string[]): Promise<void> {
  await stopInstances(context, layout, ids, { drain: false, keep: true })
}

/** Also those of a suspension that did not come to its end. */
export async function resumeCrons(
  context: DeploymentContext,
  layout: Layout,
  ids: readonly string[],
  program: () => Promise<readonly string[]>,
): Promise<void> {
  if (ids.length === 0) return
  for (const id of ids) {
    const directory = join(layout.instances, id)
    if ((await readRecord(directory)) === undefined) continue
    await rm(join(directory, instanceFile.stopping), { force: true })
    await addVassal(layout, id)
  }
  await ensureEmperor(context, layout, program)
}
