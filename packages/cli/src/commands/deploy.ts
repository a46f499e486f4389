import { deployApp } from '@hop3/core'
import { appInDirectory } from '../app-source.ts'
import type { CommandResult } from '../command-spec.ts'
import { createHost } from '../host.ts'
import type { Invocation } from '../invocation.ts'
import { deployText } from '../render/deploy-text.ts'

export async function run(invocation: Invocation): Promise<CommandResult> {
  const { options, operands, output } = invocation
  const app = await appInDirectory(invocation, operands[0])
  const host = await createHost(invocation)
  const result = await deployApp(app, host, { wait: options.flag('wait'), force: options.flag('force') })
  return { value: { ...result }, text: deployText(result, output.paint) }
}
