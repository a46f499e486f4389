import { startApp } from '@hop3/core'
import type { CommandResult } from '../command-spec.ts'
import { createHost } from '../host.ts'
import type { Invocation } from '../invocation.ts'
import { knownApp } from '../known-app.ts'
import { deployText } from '../render/deploy-text.ts'

export async function run(invocation: Invocation): Promise<CommandResult> {
  const { options, operands, output } = invocation
  const host = await createHost(invocation)
  const { appName } = await knownApp(invocation, host, operands[0])
  const result = await startApp(appName, host, { wait: options.flag('wait') })
  return { value: { ...result }, text: deployText(result, output.paint) }
}
