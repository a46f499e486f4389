import { deploymentContext } from './contexts.ts'
import { currentTarget } from './current-target.ts'
import type { ExecOptions } from './deployer.ts'
import { hop3Error } from './errors.ts'
import type { Host } from './host.ts'
import { recoverApp } from './recover-app.ts'
import { selectDeployer } from './select-strategy.ts'

/** Runs one command as a worker of the current release would run, and resolves to its exit code. The app may be stopped. Takes no lock. */
export async function execInApp(
  appName: string,
  host: Host,
  { command, stdio }: ExecOptions & { readonly command: string },
): Promise<number> {
  await recoverApp(appName, host)
  const appHome = host.home.app(appName)
  const target = await currentTarget({ appHome, state: await appHome.readState() }, { evenStopped: true })
  const context = await deploymentContext({ appHome, host }, target)
  const { chosen } = await selectDeployer(host.registry, context, target.artifact)
  if (chosen.exec !== undefined) return chosen.exec(command, { stdio })
  throw hop3Error('deploy.exec-unsupported', `Cannot run a command in ${appName}: the ${chosen.name} deployer runs none.`, {
    hint: 'A site has no processes; run the command in its source instead.',
  })
}
