/** Reads what the builder before BuildKit says, and Podman's: text, in which steps, cache hits and output are told apart by how they look. */
import { splitLines } from '@hop3/core/processes'
import type { BuildEvents } from './progress.ts'

export interface ClassicProgress {
  readonly stream: (text: string) => void
  readonly end: (failure: string | undefined) => void
}

/** `onContainer` hears of each container a step runs in. */
export function readClassic(events: BuildEvents, onContainer?: (id: string) => void): ClassicProgress {
  let current: { readonly id: string; isCached: boolean } | undefined
  const finish = (error?: string): void => {
    if (current !== undefined) events.end(current.id, { isCached: current.isCached, ...(error === undefined ? {} : { error }) })
    current = undefined
  }
  const readLine = (line: string): void => {
    const name = stepName(line)
    if (name !== undefined) {
      finish()
      current = { id: name, isCached: false }
      events.begin(name, name)
      return
    }
    if (current === undefined) return
    const container = /^ ---> Running in ([0-9a-f]{12})/.exec(line)?.[1]
    if (container !== undefined) onContainer?.(container)
    if (/^(?: ---|--)> Using cache/.test(line)) current.isCached = true
    else if (!/^ ---> |^--> |^COMMIT |^[0-9a-f]{64}$|^Removing intermediate container |^Successfully (?:built|tagged) |^$/.test(line))
      events.output(current.id, line, 'stdout')
  }
  const lines = splitLines(readLine)
  return {
    stream: (text) => lines.push(text),
    end(failure) {
      lines.end()
      finish(failure)
    },
  }
}

/** Docker: `Step 2/4 : RUN x`, through all stages. Podman: `STEP 2/4: RUN x` with one stage, `[2/2] STEP 1/3: FROM x` with more. */
function stepName(line: string): string | undefined {
  const step = /^(?:Step (\d+\/\d+) :|(?:\[(\d+)\/\d+\] )?STEP (\d+\/\d+):) (.*)$/.exec(line)
  if (step === null) return undefined
  const [, ofAll, stage = '1', ofStage, text] = step
  return ofAll === undefined ? `[stage-${Number(stage) - 1} ${ofStage}] ${text}` : `[${ofAll}] ${text}`
}
