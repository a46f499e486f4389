/**
 * Watches what a strategy must not do: print, read or change the process's environment, exit, change directory. Every suite has it on
 * during each of its tests.
 */
import { afterEach, beforeEach, expect } from 'vitest'

/** Registers the watch for the tests of the surrounding `describe`. A misdeed fails the first test it is seen in. */
export function watchConduct(): void {
  const known = new Set<string>()
  const misdeeds = new Set<string>()
  let restore = (): void => {}
  beforeEach(() => {
    misdeeds.clear()
    restore = watch((what) => {
      const place = callerOutside()
      if (place === undefined || known.has(`${what} ${place}`)) return
      known.add(`${what} ${place}`)
      misdeeds.add(`${what} at ${place}`)
    })
  })
  afterEach(() => {
    restore()
    expect(misdeeds.size, `A strategy uses its context and nothing else of the process, but this one ${[...misdeeds].join('; ')}.`).toBe(0)
  })
}

/** Replaces what is watched and returns the function that puts it back. Everything still works as before, but for exit and chdir. */
function watch(report: (what: string) => void): () => void {
  const before = { env: process.env, exit: process.exit.bind(process), chdir: process.chdir.bind(process) }
  process.env = new Proxy(before.env, {
    get(target, name, receiver): unknown {
      if (typeof name === 'string') report(`reads process.env.${name}`)
      return Reflect.get(target, name, receiver)
    },
    set(target, name, value, receiver) {
      report(`sets process.env.${String(name)}`)
      return Reflect.set(target, name, value, receiver)
    },
    ownKeys(target) {
      report('reads all of process.env')
      return Reflect.ownKeys(target)
    },
  })
  process.exit = (code) => refuse(`calls process.exit(${code ?? ''})`)
  process.chdir = (directory) => refuse(`calls process.chdir(${directory})`)
  const printers = [...watchPrinting(console, report), ...watchStreams(report)]
  return () => {
    Object.assign(process, before)
    for (const restore of printers) restore()
  }

  function refuse(what: string): never {
    report(what)
    throw new Error(`Under test, a strategy ${what}.`)
  }
}

function watchPrinting(target: Console, report: (what: string) => void): readonly (() => void)[] {
  return (['log', 'info', 'warn', 'error', 'debug', 'trace', 'dir', 'table'] as const).map((name) => {
    const original = target[name]
    target[name] = (...args: unknown[]) => {
      report(`calls console.${name}`)
      Reflect.apply(original, target, args)
    }
    return () => void Object.assign(target, { [name]: original })
  })
}

function watchStreams(report: (what: string) => void): readonly (() => void)[] {
  return (['stdout', 'stderr'] as const).map((name) => {
    const stream = process[name]
    const original = stream.write.bind(stream)
    stream.write = new Proxy(original, {
      apply(target, self, args): unknown {
        report(`writes to process.${name}`)
        return Reflect.apply(target, self, args)
      },
    })
    return () => void Object.assign(stream, { write: original })
  })
}

/** The line that did it, unless the nearest code is Node's own, this package's or an installed one's: what a dependency does is not the strategy's. */
function callerOutside(): string | undefined {
  const frames = (new Error('stack').stack ?? '').split('\n').slice(1)
  const caller = frames.find(
    (frame) => !frame.includes(import.meta.filename) && !frame.includes('<anonymous>') && !frame.includes('(native)'),
  )
  if (caller === undefined || /node:|[/\\]node_modules[/\\]/.test(caller) || caller.includes(import.meta.dirname)) return undefined
  return caller.trim().replace(/^at /, '')
}
