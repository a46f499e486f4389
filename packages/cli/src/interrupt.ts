import { hop3Error, type Hop3Error } from '@hop3/core'
import { signalExitCodes } from './exit-codes.ts'

type SignalName = keyof typeof signalExitCodes

export interface Interrupt {
  readonly signal: AbortSignal
  /** The exit code when a signal came. */
  exitCode(): number | undefined
  /** From now on SIGINT is for the program that shares the terminal; this one waits for its end. */
  leave(): void
  dispose(): void
}

export interface InterruptOptions {
  /** Told of the first signal. */
  readonly onInterrupt: () => void
  /** Told of the second, just before the process ends. */
  readonly onForce: () => void
}

/** The first Ctrl-C (or SIGTERM, SIGHUP) aborts: what can be undone is, and whoever undoes it says so. The second ends the process where it is. */
export function watchInterrupt({ onInterrupt, onForce }: InterruptOptions): Interrupt {
  const controller = new AbortController()
  let exitCode: number | undefined
  let isLeft = false
  const handle = (name: SignalName): void => {
    if (isLeft && name === 'SIGINT') return
    if (exitCode !== undefined) {
      onForce()
      process.exit(exitCode)
    }
    exitCode = signalExitCodes[name]
    onInterrupt()
    controller.abort(interruptedError(name))
  }
  const handlers = (['SIGHUP', 'SIGINT', 'SIGTERM'] as const).map((name) => [name, () => handle(name)] as const)
  for (const [name, handler] of handlers) process.on(name, handler)
  return {
    signal: controller.signal,
    exitCode: () => exitCode,
    leave: () => {
      isLeft = true
    },
    dispose: () => handlers.forEach(([name, handler]) => process.off(name, handler)),
  }
}

function interruptedError(name: SignalName): Hop3Error {
  return hop3Error('retry.interrupted', 'Interrupted.', {
    hint: 'Run the command again to do it.',
    details: { signal: name },
  })
}
