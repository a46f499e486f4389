/** Apps as the planner hands them over, from plans alone: as for a plan that was frozen. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BuildPlan, PlanInput } from '@hop3/core'
import { finishPlan, readPlan } from '@hop3/planner'
import type { Planned } from '../../src/dockerfile/used-languages.ts'

export const examples = join(import.meta.dirname, '../../../../examples')

export function plannedFrom(input: PlanInput): Planned {
  return plannedOf(finishPlan(input))
}

function plannedOf(plan: BuildPlan): Planned {
  const { kind = '', envVars = {}, envPaths = {}, pathPrepend = [], beforeRun = [], staticPaths = {}, spa = false } = plan.runtime ?? {}
  const workers = plan.processes
  const runtime = { envVars, envPaths, pathPrepend, beforeRun, staticPaths, workers, healthcheckPath: '', healthcheckTimeout: 30 }
  return { plan, kind, spa, runtime }
}

export async function plannedExample(name: string): Promise<Planned> {
  const path = join(examples, name, 'plan.json')
  return plannedOf(await readPlan(await readFile(path, 'utf8'), path))
}
