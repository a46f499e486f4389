/** Tells the build's steps to the operator and to `<release>/build.log`, and keeps the last lines of each for the case that it fails. */
import { closeSync, openSync, writeSync } from 'node:fs'
import { createSecretMask, type Clock, type Log } from '@hop3/core'
import type { BuildEvents } from './progress.ts'

export interface StepLog {
  readonly events: BuildEvents
  /** The step that failed, with its last lines. */
  readonly failed: () => FailedStep | undefined
  readonly steps: () => readonly StepOutcome[]
  /** What has failed is tried in another way: nothing has failed. */
  readonly forget: () => void
  readonly close: () => void
}

export interface FailedStep {
  readonly name: string
  readonly lines: readonly string[]
}

export interface StepOutcome {
  readonly step: string
  readonly isCached: boolean
}

interface Step {
  readonly name: string
  readonly log: Log
  readonly started: number
  readonly lines: string[]
}

const keptLines = 20
const longestName = 60

export interface StepLogRequest {
  readonly path: string
  readonly log: Log
  readonly clock: Clock
  readonly secrets: readonly string[]
}

export function openStepLog({ path, log, clock, secrets }: StepLogRequest): StepLog {
  const { mask } = createSecretMask(secrets)
  const file = openSync(path, 'a', 0o600)
  const write = (text: string): void => void writeSync(file, `${text}\n`)
  const steps = new Map<string, Step>()
  const outcomes: StepOutcome[] = []
  let failed: FailedStep | undefined
  const events: BuildEvents = {
    begin(id, given) {
      const name = mask(given)
      const step = { name, log: log.child({ phase: shortName(name) }), started: clock.monotonic(), lines: [] }
      steps.set(id, step)
      write(`== ${name}`)
      if (isShown(name)) step.log.info(shortName(name), { kind: 'begin' })
    },
    output(id, given, stream) {
      const step = steps.get(id)
      const line = mask(given)
      step?.lines.push(line)
      if (step !== undefined && step.lines.length > keptLines) step.lines.shift()
      ;(step?.log ?? log).output(line, stream)
      write(line)
    },
    end(id, { isCached, milliseconds, error }) {
      const step = steps.get(id)
      if (step === undefined) return
      const took = milliseconds ?? Math.round(clock.monotonic() - step.started)
      if (error !== undefined && !isCanceled(error)) failed ??= { name: step.name, lines: step.lines }
      write(`-- ${step.name}: ${isCached ? 'cached' : error === undefined ? `${took} ms` : mask(error)}`)
      outcomes.push({ step: step.name, isCached })
      if (isShown(step.name))
        step.log.info(shortName(step.name), {
          kind: 'end',
          milliseconds: took,
          cached: isCached,
          ...(error !== undefined && { failed: true }),
        })
    },
    warning: (text) => {
      log.warn(mask(text))
    },
  }
  const forget = (): void => {
    failed = undefined
    outcomes.length = 0
  }
  return { events, failed: () => failed, steps: () => outcomes, forget, close: () => closeSync(file) }
}

/** A step that another one's failure has stopped has not failed itself. */
function isCanceled(error: string): boolean {
  return /context canceled|^canceled/i.test(error)
}

/** BuildKit's own housekeeping takes no time worth showing, but sending the files may. */
function isShown(name: string): boolean {
  return !name.startsWith('[internal]') || name === '[internal] load build context'
}

function shortName(name: string): string {
  const line = name.replace(/\s+/g, ' ').trim()
  return line.length > longestName ? `${line.slice(0, longestName - 1)}…` : line
}
