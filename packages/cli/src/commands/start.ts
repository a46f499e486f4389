import { startApp, type Host } from '@hop3/core'
import { allApps, checkNoneNamed } from '../all-apps.ts'
import type { CommandResult } from '../command-spec.ts'
import { failureValues } from '../each-app.ts'
import { createHost } from '../host.ts'
import type { Invocation } from '../invocation.ts'
import { knownApp } from '../known-app.ts'
import { deployText } from '../render/deploy-text.ts'

export async function run(invocation: Invocation): Promise<CommandResult> {
  const { options, operands, output } = invocation
  if (options.flag('all')) {
    checkNoneNamed(invocation)
    return startAll(invocation, await createHost(invocation))
  }
  const host = await createHost(invocation)
  const { appName } = await knownApp(invocation, host, operands[0])
  const result = await startApp(appName, host, { wait: options.flag('wait') })
  return { value: { ...result }, text: deployText(result, output.paint) }
}

/** All but those their operator stopped by name. */
async function startAll(invocation: Invocation, host: Host): Promise<CommandResult> {
  const { options, output } = invocation
  const { done, failures } = await allApps(
    host,
    async (home) => {
      if ((await home.current()) === undefined) return false
      const { stopped, stoppedWithAll } = await home.readState()
      if (!stopped || stoppedWithAll === true) return true
      output.say(`${home.appName} was stopped by its name and stays so. \`hop3 start ${home.appName}\` brings it back.`)
      return false
    },
    (appName) => startApp(appName, host, { wait: options.flag('wait') }),
  )
  const text =
    done.length + failures.length === 0 ? 'There is nothing to start.' : done.map((app) => deployText(app, output.paint)).join('\n')
  return { value: { apps: [...done, ...failureValues(failures, output)] }, text, failures }
}
