import { rollbackApp } from '@hop3/core'
import type { CommandResult } from '../command-spec.ts'
import { createHost } from '../host.ts'
import type { Invocation } from '../invocation.ts'
import { knownApp } from '../known-app.ts'
import { deployText } from '../render/deploy-text.ts'

export async function run(invocation: Invocation): Promise<CommandResult> {
  const { options, operands, output } = invocation
  const host = await createHost(invocation)
  const { named, release } = appAndRelease(operands, options.text('app') === undefined ? await host.home.apps() : undefined)
  const { appName } = await knownApp(invocation, host, named)
  const result = await rollbackApp(appName, host, { wait: options.flag('wait'), ...(release === undefined ? {} : { release }) })
  return { value: { ...result }, text: deployText(result, output.paint) }
}

/** A single operand is the app, unless the app is known already (no `apps`), or it begins like a release and there is no app of that name. */
function appAndRelease(
  [first, second]: readonly string[],
  apps: readonly string[] | undefined,
): { named: string | undefined; release: string | undefined } {
  if (second !== undefined) return { named: first, release: second }
  const isRelease = first !== undefined && (apps === undefined || (/^r\d{6}/.test(first) && !apps.includes(first)))
  return isRelease ? { named: undefined, release: first } : { named: first, release: undefined }
}
