/** What a build prints, as it comes: on the log with the derivation it belongs to, and whole in `<release>/build.log`. */
import type { BuildContext } from '@hop3/core'
import { keptLines, openBuildLog, type KeptLines } from '@hop3/core/processes'
import { derivationName, type NixEvent } from './nix-events.ts'

export interface BuildOutput {
  readonly onEvent: (event: NixEvent) => void
  /** Of a derivation: its phase, where it has any, its last lines, and how long it took, where it has ended. */
  readonly of: (derivation: string) => { readonly phase?: string; readonly lines: readonly string[]; readonly milliseconds?: number }
  /** Derivations that were built or fetched, in the order they were begun. */
  readonly built: () => readonly string[]
  readonly close: () => void
}

interface Step {
  readonly derivation: string
  readonly name: string
  readonly began: number
  phase?: string
  milliseconds?: number
  readonly kept: KeptLines
}

export function openBuildOutput(path: string, { log, clock }: Pick<BuildContext, 'log' | 'clock'>): BuildOutput {
  // No build of Nix is told a secret; addresses with a password in them are masked all the same.
  const buildLog = openBuildLog(path, {})
  const write = buildLog.note
  const running = new Map<number, Step>()
  const steps: Step[] = []
  const begin = (id: number, derivation: string): void => {
    const step = { derivation, name: derivationName(derivation), began: clock.monotonic(), kept: keptLines() }
    running.set(id, step)
    steps.push(step)
    log.child({ phase: step.name }).info(step.name, { kind: 'begin', derivation })
    // What a cache has is named by its path.
    write(`${derivation.endsWith('.drv') ? 'building' : 'fetching'} ${derivation}`)
  }
  const end = (id: number): void => {
    const step = running.get(id)
    if (step === undefined) return
    running.delete(id)
    step.milliseconds = Math.round(clock.monotonic() - step.began)
    log.child({ phase: step.name }).info(step.name, { kind: 'end', milliseconds: step.milliseconds, cached: false })
  }
  const output = (step: Step, line: string): void => {
    step.kept.add(buildLog.output(log.child({ phase: step.name }), line, 'stdout', `${step.name}> `))
  }
  return {
    onEvent(event) {
      if (event.kind === 'begin') begin(event.id, event.derivation)
      if (event.kind === 'end') end(event.id)
      if (event.kind === 'message') write(event.problem.text)
      const step = 'id' in event ? running.get(event.id) : undefined
      if (step === undefined) return
      if (event.kind === 'output') output(step, event.line)
      if (event.kind === 'phase') {
        step.phase = event.name
        log.child({ phase: step.name }).debug(event.name, { kind: 'phase' })
        write(`${step.name}: ${event.name}`)
      }
    },
    of(derivation) {
      const step = steps.findLast((one) => one.derivation === derivation)
      const { phase, milliseconds, kept } = step ?? {}
      return { lines: kept?.lines() ?? [], ...(phase !== undefined && { phase }), ...(milliseconds !== undefined && { milliseconds }) }
    },
    built: () => steps.map(({ derivation }) => derivation),
    close: buildLog.close,
  }
}
