import { appStatus, createSurvey, type AppStatus } from '@hop3/core'
import type { CommandResult } from '../command-spec.ts'
import { eachApp, failureValues, type AppFailure } from '../each-app.ts'
import { createHost } from '../host.ts'
import type { Invocation } from '../invocation.ts'
import { knownApp } from '../known-app.ts'
import { errorValue } from '../render/error-text.ts'
import { statusText } from '../render/status-text.ts'

export async function run(invocation: Invocation): Promise<CommandResult> {
  const { options, operands } = invocation
  const host = await createHost(invocation)
  const named = operands[0] ?? options.text('app')
  if (named !== undefined) {
    const { appName } = await knownApp(invocation, host, named)
    return shown([await appStatus(appName, host)], [], invocation)
  }
  const survey = createSurvey()
  const { done, failures } = await eachApp(host, (appName) => appStatus(appName, host, survey))
  return shown(done, failures, invocation)
}

function shown(statuses: readonly AppStatus[], unread: readonly AppFailure[], { output }: Invocation): CommandResult {
  const apps = statuses.map(({ workers: _workers, damage, ...app }) => ({
    ...app,
    ...(damage && { error: errorValue(damage, (text) => output.mask(text)) }),
  }))
  const damaged = statuses.flatMap(({ app, damage }) => (damage === undefined ? [] : [{ app, error: damage }]))
  return {
    value: { apps: [...apps, ...failureValues(unread, output)], workers: statuses.flatMap((status) => status.workers) },
    text: statuses.length === 0 && unread.length > 0 ? '' : statusText(statuses, output.paint),
    failures: [...unread, ...damaged],
  }
}
