import { hop3Error, stopApp, type Host } from '@hop3/core'
import type { CommandResult } from '../command-spec.ts'
import { eachApp } from '../each-app.ts'
import { createHost } from '../host.ts'
import type { Invocation } from '../invocation.ts'
import { knownApp } from '../known-app.ts'
import { proxyContext } from '../proxy-context.ts'

export async function run(invocation: Invocation): Promise<CommandResult> {
  const { options, operands } = invocation
  const host = await createHost(invocation)
  if (options.flag('all')) {
    if (operands.length > 0)
      throw hop3Error('usage.extra-operand', '--all stops every app, and an app was named besides.', { hint: 'Leave out one of the two.' })
    return stopAll(host, options.flag('wait'))
  }
  const { appName } = await knownApp(invocation, host, operands[0])
  const result = await stopApp(appName, host, { wait: options.flag('wait') })
  return { value: { ...result }, text: `${appName} is stopped. \`hop3 start ${appName}\` brings it back.` }
}

/** The proxy is ended last, and only when nothing needs it any more. */
async function stopAll(host: Host, wait: boolean): Promise<CommandResult> {
  const { done, failures } = await eachApp(host, (appName) => stopApp(appName, host, { wait }))
  if (failures[0] !== undefined) throw failures[0].error
  for (const factory of await host.registry.proxies()) await factory.create(proxyContext(host, 'stop')).stop?.()
  const apps = done.map(({ app }) => app)
  return { value: { apps, stopped: true }, text: apps.length === 0 ? 'There is nothing to stop.' : `Stopped ${apps.join(', ')}.` }
}
