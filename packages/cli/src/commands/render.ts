import { hop3Error, renderApp } from '@hop3/core'
import type { CommandResult } from '../command-spec.ts'
import { createHost } from '../host.ts'
import type { Invocation } from '../invocation.ts'
import { knownApp } from '../known-app.ts'

export async function run(invocation: Invocation): Promise<CommandResult> {
  const { operands, options } = invocation
  const target = options.text('target')
  // Its units are another command's, which says how they are installed.
  if (target === 'systemd') {
    if (options.text('release') !== undefined)
      throw hop3Error('usage.bad-value', 'Units of systemd are printed of the release that serves.', { hint: 'Leave --release out.' })
    return (await import('./systemd.ts')).run(invocation)
  }
  const host = await createHost(invocation)
  const { appName } = await knownApp(invocation, host, operands[0])
  const text = await renderApp(appName, host, { target, release: options.text('release') })
  return { value: { app: appName, target: target ?? null, text }, text }
}
