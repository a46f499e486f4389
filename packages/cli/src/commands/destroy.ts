import { destroyApp, hop3Error } from '@hop3/core'
import type { CommandResult } from '../command-spec.ts'
import { createHost } from '../host.ts'
import type { Invocation } from '../invocation.ts'
import { knownApp } from '../known-app.ts'

export async function run(invocation: Invocation): Promise<CommandResult> {
  const { options, operands } = invocation
  const host = await createHost(invocation)
  const { appName, directories } = await knownApp(invocation, host, operands[0])
  if (!options.flag('yes'))
    throw hop3Error('usage.confirm', `This deletes ${appName} with its releases, variables, logs and data (${directories.root}).`, {
      hint: `If that is meant: hop3 destroy ${appName} --yes`,
    })
  const result = await destroyApp(appName, host, { wait: options.flag('wait') })
  return { value: { ...result }, text: `${appName} is gone.` }
}
