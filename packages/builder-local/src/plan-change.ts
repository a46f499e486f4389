import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BuildContext } from '@hop3/core'
import { describeChanges, readPlan, type PlannedApp } from '@hop3/planner'

/** One line where this build's plan is another than the current release's: what changed, and where it was written. */
export async function logPlanChange({ current, log }: BuildContext, { plan, layers }: PlannedApp): Promise<void> {
  if (current === undefined) return
  const path = join(current.path, 'plan.json')
  const text = await readFile(path, 'utf8').catch(() => undefined)
  if (text === undefined) return
  // A plan of another version of Hop3 may have other keys: then there is nothing to compare, and no reason to fail.
  const before = await readPlan(text, path).catch(() => undefined)
  const changes = before === undefined ? undefined : describeChanges(before, plan, layers)
  if (changes !== undefined) log.info(`The plan is not that of ${current.id}: ${changes}.`)
}
