import { appStatus, createSurvey, type AppStatus } from '@hop3/core'
import type { CommandResult } from '../command-spec.ts'
import { eachApp, failureLines, type AppFailure } from '../each-app.ts'
import { exitCodeOf } from '../exit-codes.ts'
import { createHost } from '../host.ts'
import type { Invocation } from '../invocation.ts'
import { knownApp } from '../known-app.ts'
import { errorValue } from '../render/error-text.ts'
import { statusText } from '../render/status-text.ts'

export async function run(invocation: Invocation): Promise<CommandResult> {
  const { options, operands, output } = invocation
  const host = await createHost(invocation)
  const named = operands[0] ?? options.text('app')
  if (named !== undefined) {
    const { appName } = await knownApp(invocation, host, named)
    return shown([await appStatus(appName, host)], [], invocation)
  }
  const survey = createSurvey()
  const { done, failures } = await eachApp(host, (appName) => appStatus(appName, host, survey))
  for (const line of failureLines(failures)) output.say(line)
  return shown(done, failures, invocation)
}

function shown(statuses: readonly AppStatus[], failures: readonly AppFailure[], { output }: Invocation): CommandResult {
  const apps = statuses.map(({ workers: _workers, ...app }) => app)
  const unreadable = failures.map(({ app, error }) => ({ app, error: errorValue(error, (text) => output.mask(text)) }))
  return {
    value: { apps: [...apps, ...unreadable], workers: statuses.flatMap((status) => status.workers) },
    text: statuses.length === 0 && failures.length > 0 ? '' : statusText(statuses, output.paint),
    exitCode: failures[0] === undefined ? 0 : exitCodeOf(failures[0].error.code),
  }
}
