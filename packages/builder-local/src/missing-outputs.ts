import { posix } from 'node:path'
import type { Log, PlanLayer } from '@hop3/core'
import { writtenAt } from '@hop3/planner'
import { readItem } from './output-tree.ts'

export interface OutputsRequest {
  readonly name: string
  /** Normalized. */
  readonly outputs: readonly string[]
  readonly appRoot: string
  /** What the plan was merged from. */
  readonly layers: readonly PlanLayer[]
  readonly log: Log
}

/** Of a phase that has run or come from the cache: what is not there is in no release, and nothing is kept of it. */
export function warnOfMissingOutputs({ name, outputs, appRoot, layers, log }: OutputsRequest): void {
  for (const output of outputs.filter((one) => readItem(appRoot, one) === undefined)) {
    const says = (value: unknown): boolean => Array.isArray(value) && value.some((one) => typeof one === 'string' && normal(one) === output)
    const origin = writtenAt(layers, ['phases', name, 'outputs'], says)
    // A toolchain names what there may be: without dependencies there is no node_modules.
    if (origin === undefined) log.debug(`Phase ${name} declares the output ${output}, but made nothing there.`)
    else
      log.warn(
        `${origin}: phase ${name} declares the output ${output}, but made nothing there. Correct the path, or take it out of \`outputs\`: only what is there is kept for the next build.`,
      )
  }
}

function normal(path: string): string {
  return posix.normalize(path).replace(/\/$/, '')
}
