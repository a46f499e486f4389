import { hop3Error, renderApp } from '@hop3/core'
import type { CommandResult } from '../command-spec.ts'
import { createHost } from '../host.ts'
import type { Invocation } from '../invocation.ts'
import { knownApp } from '../known-app.ts'

export async function run(invocation: Invocation): Promise<CommandResult> {
  const { operands, options } = invocation
  const target = options.text('target')
  const anywhere = withoutPlace(invocation)
  // Its units are another command's, which says how they are installed.
  if (target === 'systemd') {
    if (options.text('release') !== undefined)
      throw hop3Error('usage.bad-value', 'Units of systemd are printed of the release that serves.', { hint: 'Leave --release out.' })
    return (await import('./systemd.ts')).run(anywhere)
  }
  const host = await createHost(anywhere)
  const { appName } = await knownApp(anywhere, host, operands[0])
  const text = await renderApp(appName, host, { target, release: options.text('release') })
  return { value: { app: appName, target: target ?? null, text }, text }
}

/** A deploy gives workers the time zone and the language of who deploys. A text that is kept is the same whoever asks for it. */
function withoutPlace(invocation: Invocation): Invocation {
  const { TZ: _, LANG: __, LC_ALL: ___, ...env } = invocation.terminal.env
  return { ...invocation, terminal: { ...invocation.terminal, env } }
}
