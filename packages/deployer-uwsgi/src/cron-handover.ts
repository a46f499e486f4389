/** Cron workers never run in two releases at once: those of the others rest while the new ones start, and come back if that fails. */
import { join } from 'node:path'
import type { DeploymentContext } from '@hop3/core'
import { addVassal, ensureEmperor, vassalIds } from './emperor.ts'
import { parseInstanceName } from './instance-name.ts'
import { readRecord } from './instance-record.ts'
import type { Layout } from './layout.ts'
import { stopInstances } from './stop-instances.ts'
import { workerKind } from './worker-kind.ts'

/** Stops the cron instances of the app's other releases and generations; their directories stay. Returns their names. */
export async function suspendOtherCrons(context: DeploymentContext, layout: Layout): Promise<readonly string[]> {
  const others = (await vassalIds(layout)).filter((id) => {
    const name = parseInstanceName(id)
    if (name?.app !== context.appName || workerKind(name.worker) !== 'cron') return false
    return name.release !== context.release.id || name.generation !== context.generation
  })
  await stopInstances(context, layout, others, { drain: false, keep: true })
  return others
}

export async function resumeCrons(
  context: DeploymentContext,
  layout: Layout,
  ids: readonly string[],
  program: () => Promise<readonly string[]>,
): Promise<void> {
  if (ids.length === 0) return
  for (const id of ids) {
    if ((await readRecord(join(layout.instances, id))) !== undefined) await addVassal(layout, id)
  }
  await ensureEmperor(context, layout, program)
}
