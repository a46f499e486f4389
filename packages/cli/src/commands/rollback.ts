import { releaseCounter, rollbackApp } from '@hop3/core'
import type { CommandResult } from '../command-spec.ts'
import { createHost } from '../host.ts'
import type { Invocation } from '../invocation.ts'
import { knownApp } from '../known-app.ts'
import { deployText } from '../render/deploy-text.ts'

export async function run(invocation: Invocation): Promise<CommandResult> {
  const { options, operands, output } = invocation
  const host = await createHost(invocation)
  const { named, release } = appAndRelease(operands, options.text('app') !== undefined)
  const { appName } = await knownApp(invocation, host, named)
  const result = await rollbackApp(appName, host, { wait: options.flag('wait'), ...(release === undefined ? {} : { release }) })
  return { value: { ...result }, text: deployText(result, output.paint) }
}

/** A single operand is the app, unless it reads like a release or the app is known already. */
function appAndRelease(
  [first, second]: readonly string[],
  isAppGiven: boolean,
): { named: string | undefined; release: string | undefined } {
  if (second !== undefined) return { named: first, release: second }
  const isRelease = first !== undefined && (isAppGiven || releaseCounter(first) !== undefined)
  return isRelease ? { named: undefined, release: first } : { named: first, release: undefined }
}
