import { watchInterrupt } from './interrupt.ts'
import { main } from './main.ts'
import type { Output } from './render/output.ts'
import { standardStream } from './render/standard-stream.ts'

/** Runs this process's own command line and sets its exit code. */
export async function runProcess(): Promise<void> {
  let output: Output | undefined
  let isDone = false
  const interrupt = watchInterrupt({
    onInterrupt: () => output?.say('Stopping. Press Ctrl-C again to end at once.'),
    onForce: () => output?.close(),
  })
  const { argv, env } = process
  const stdout = standardStream(1, () => process.stdout)
  const stderr = standardStream(2, () => process.stderr)
  const exitCode = await main({
    words: argv.slice(2),
    terminal: { cwd: process.cwd(), env, stdin: () => process.stdin, stdout, stderr },
    signal: interrupt.signal,
    leaveInterrupts: () => interrupt.leave(),
    onOutput: (created) => {
      output = created
    },
    onResult: () => {
      isDone = true
    },
  })
  interrupt.dispose()
  // A signal that came too late to stop the work changed nothing about its outcome.
  process.exitCode = isDone ? exitCode : (interrupt.exitCode() ?? exitCode)
}
