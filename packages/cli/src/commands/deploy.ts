import { buildApp, deployApp, differenceOfApp, type App, type Host } from '@hop3/core'
import { appInDirectory } from '../app-source.ts'
import type { CommandResult } from '../command-spec.ts'
import { createHost } from '../host.ts'
import type { Invocation } from '../invocation.ts'
import { changesText } from '../render/changes-text.ts'
import { deployText } from '../render/deploy-text.ts'

export async function run(invocation: Invocation): Promise<CommandResult> {
  const { options, operands, output } = invocation
  const app = await appInDirectory(invocation, operands[0])
  const host = await createHost(invocation)
  if (options.flag('dry-run')) return wouldChange(invocation, app, host)
  const result = await deployApp(app, host, { wait: options.flag('wait'), force: options.flag('force') })
  return { value: { ...result }, text: deployText(result, output.paint) }
}

/** The release that is built for it is the one that a deploy of the same source takes. */
async function wouldChange({ options, output }: Invocation, app: App, host: Host): Promise<CommandResult> {
  const { release } = await buildApp(app, host, { wait: options.flag('wait'), force: options.flag('force'), toDeploy: true })
  const changes = await differenceOfApp(app.name, host, { release })
  return { value: { app: app.name, release, changes }, text: changesText(release, changes, output.paint) }
}
