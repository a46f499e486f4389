import { appStatus, type AppStatus } from '@hop3/core'
import type { CommandResult } from '../command-spec.ts'
import { createHost } from '../host.ts'
import type { Invocation } from '../invocation.ts'
import { knownApp } from '../known-app.ts'
import { statusText } from '../render/status-text.ts'

export async function run(invocation: Invocation): Promise<CommandResult> {
  const { options, operands, output } = invocation
  const host = await createHost(invocation)
  const named = operands[0] ?? options.text('app')
  const names = named === undefined ? await host.home.apps() : [(await knownApp(invocation, host, named)).appName]
  const statuses: AppStatus[] = []
  for (const name of names) statuses.push(await appStatus(name, host))
  const apps = statuses.map(({ workers: _workers, ...app }) => app)
  return { value: { apps, workers: statuses.flatMap((status) => status.workers) }, text: statusText(statuses, output.paint) }
}
