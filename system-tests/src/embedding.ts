import builderLocal from '@hop3/builder-local'
import { createLog, createRegistry, createRun, deployApp, systemClock, type DeployResult, type Host } from '@hop3/core'
import deployerStatic from '@hop3/deployer-static'
import deployerUwsgi from '@hop3/deployer-uwsgi'
import { readAppConfig } from '@hop3/planner'
import proxyEmbedded from '@hop3/proxy-embedded'
import { createHome } from '@hop3/releases'
import toolchains from '@hop3/toolchains'

/** Deploys the app in a directory, into a home of ours. */
export async function deploy(name: string, sourcePath: string, home: string, port = 8080): Promise<DeployResult> {
  const run = createRun()
  const env = { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: home, USER: 'shop', LANG: 'C.UTF-8' }
  const host: Host = {
    registry: createRegistry({ plugins: { toolchains, builderLocal, deployerStatic, deployerUwsgi, proxyEmbedded } }),
    home: createHome({ path: home, clock: systemClock, run }),
    run,
    clock: systemClock,
    log: createLog({ clock: systemClock, sink: ({ phase, level, text }) => level === 'warn' && console.warn(phase, text) }),
    signal: new AbortController().signal, // abort it, and what was begun is undone
    toolEnv: env, // what build commands and the strategies' own programs see of this machine
    baseEnv: env, // what every worker starts from
    listen: { address: '127.0.0.1', port },
    keep: 5,
    newBuildId: () => crypto.randomUUID().replaceAll('-', ''),
  }
  const config = await readAppConfig({ sourcePath })
  return deployApp({ name, sourcePath, config }, host)
}
