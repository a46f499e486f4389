import { hop3Error, maintainApp, visible } from '@hop3/core'
import type { CommandResult } from '../command-spec.ts'
import { createHost } from '../host.ts'
import type { Invocation } from '../invocation.ts'
import { knownApp } from '../known-app.ts'
import { maintenanceText } from '../render/deploy-text.ts'

export async function run(invocation: Invocation): Promise<CommandResult> {
  const { options, operands } = invocation
  const [word = '', named] = operands
  if (word !== 'on' && word !== 'off')
    throw hop3Error('usage.bad-value', `\`hop3 maintenance\` cannot be ${visible(word)}.`, { hint: 'Write: hop3 maintenance on, or off.' })
  const host = await createHost(invocation)
  const { appName } = await knownApp(invocation, host, named)
  const result = await maintainApp(appName, host, { on: word === 'on', wait: options.flag('wait') })
  const ended = result.changed ? `Visitors see ${appName} again.` : `${appName} is not in maintenance.`
  return { value: { ...result }, text: result.maintenance ? maintenanceText(appName) : ended }
}
