import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { diffPlans, readPlan, type PlanChange, type PlannedApp } from '@hop3/planner'
import type { CommandResult } from './command-spec.ts'
import { createHost } from './host.ts'
import type { Invocation } from './invocation.ts'
import { shown } from './render/explain-text.ts'
import type { Paint } from './render/style.ts'
import { printable } from '@hop3/core'

/** `hop3 plan --diff`: what has changed since the release that runs. */
export async function planDifference(invocation: Invocation, appName: string, { plan }: PlannedApp): Promise<CommandResult> {
  const host = await createHost(invocation)
  const current = (await host.home.app(appName).releases()).find(({ isCurrent }) => isCurrent)
  const path = current === undefined ? undefined : join(current.path, 'plan.json')
  const text = path === undefined ? undefined : await readFile(path, 'utf8').catch(whereAbsent)
  if (current === undefined || path === undefined || text === undefined) {
    return { value: { app: appName, release: null, changes: null }, text: `${appName} has no release to compare with.` }
  }
  const changes = diffPlans(await readPlan(text, path), plan)
  const value = { app: appName, release: current.id, changes }
  if (changes.length === 0) return { value, text: `The plan is that of ${current.id}, which runs.` }
  const lines = changes.flatMap((change) => changeLines(change, invocation.output.paint))
  return { value, text: [`The plan and that of ${current.id}, which runs:`, ...lines].join('\n') }
}

function changeLines({ key, before, after }: PlanChange, paint: Paint): readonly string[] {
  return [
    paint('bold', printable(key)),
    ...(before === undefined ? [] : [paint('red', `  - ${printable(shown(before))}`)]),
    ...(after === undefined ? [] : [paint('green', `  + ${printable(shown(after))}`)]),
  ]
}

function whereAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}
