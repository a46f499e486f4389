/** Reads what the builder before BuildKit says: text, in which steps, cache hits and output are told apart by how they look. */
import type { BuildEvents } from './progress.ts'

export interface ClassicProgress {
  readonly stream: (text: string) => void
  readonly end: (failure: string | undefined) => void
}

/** `onContainer` hears of each container a step runs in. */
export function readClassic(events: BuildEvents, onContainer?: (id: string) => void): ClassicProgress {
  let current: { readonly id: string; isCached: boolean } | undefined
  let open = ''
  const finish = (error?: string): void => {
    if (current !== undefined) events.end(current.id, { isCached: current.isCached, ...(error === undefined ? {} : { error }) })
    current = undefined
  }
  const readLine = (line: string): void => {
    const step = /^Step (\d+\/\d+) : (.*)$/.exec(line)
    if (step !== null) {
      finish()
      const name = `[${step[1]}] ${step[2]}`
      current = { id: name, isCached: false }
      events.begin(name, name)
      return
    }
    if (current === undefined) return
    const container = /^ ---> Running in ([0-9a-f]{12})/.exec(line)?.[1]
    if (container !== undefined) onContainer?.(container)
    if (line === ' ---> Using cache') current.isCached = true
    else if (!/^ ---> |^Removing intermediate container |^Successfully (?:built|tagged) |^$/.test(line))
      events.output(current.id, line, 'stdout')
  }
  return {
    stream(text) {
      const lines = (open + text).split('\n')
      open = lines.pop() ?? ''
      for (const line of lines) readLine(line.replace(/\r$/, ''))
    },
    end(failure) {
      if (open !== '') readLine(open)
      finish(failure)
    },
  }
}
