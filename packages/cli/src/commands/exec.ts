import { execInApp, shellQuote } from '@hop3/core'
import type { CommandResult } from '../command-spec.ts'
import { createHost } from '../host.ts'
import type { Invocation } from '../invocation.ts'
import { knownApp } from '../known-app.ts'

export async function run(invocation: Invocation): Promise<CommandResult> {
  const { operands, commandLine = [], output, leaveInterrupts } = invocation
  const host = await createHost(invocation)
  const { appName } = await knownApp(invocation, host, operands[0])
  const [line = ''] = commandLine
  const command = commandLine.length === 1 ? line : commandLine.map(shellQuote).join(' ')
  if (!output.json) leaveInterrupts()
  const exitCode = await execInApp(appName, host, { command, stdio: output.json ? 'lines' : 'inherit' })
  return { value: { app: appName, command, exitCode }, exitCode }
}
