import { statfs } from 'node:fs/promises'
import type { App } from './app.ts'
import { checkDeployTables } from './check-deployer.ts'
import { proxyContext } from './contexts.ts'
import { hop3Error } from './errors.ts'
import type { Host } from './host.ts'
import type { Operation } from './operation.ts'
import { selectProxy } from './select-strategy.ts'

/** Less than this and a deploy would fail half way through. */
const leastFreeBytes = 64 * 1024 * 1024

/** What can be known to fail before anything is built: a full disk, a deployer's table that is wrong, a fixed port or host name of another app, a proxy that is not there. */
export async function preflight(app: App, { appHome, host }: Pick<Operation, 'appHome' | 'host'>): Promise<void> {
  const { bavail, bsize } = await statfs(appHome.directories.root)
  const free = bavail * bsize
  if (free < leastFreeBytes) {
    throw hop3Error(
      'environment.disk-full',
      `Cannot deploy ${app.name}: ${megabytes(free)} MB are free below ${appHome.directories.root}, ${megabytes(leastFreeBytes)} MB are the least to begin with.`,
      {
        hint: 'Free some space: `hop3 destroy` an unused app, or remove the directory `cache` in $HOP3_HOME.',
        details: { free },
      },
    )
  }
  await checkDeployTables(app.config, host.registry, host.log)
  await appHome.claimFixedPorts(app.config.deploy.ports)
  await checkNames(app, host)
}

/** An app without names may need no proxy at all, as long as none is asked for: whether it does shows when it has been built. */
async function checkNames({ name, config }: App, host: Host): Promise<void> {
  const hosts = config.deploy.domains
  if (hosts.length === 0 && host.proxy === undefined) return
  const { chosen } = await selectProxy(host.registry, proxyContext(host), host.proxy)
  const origin = config.origins['deploy.domains']
  await chosen.check?.({ appName: name, hosts, ...(origin !== undefined && { origin }) })
}

function megabytes(bytes: number): number {
  return Math.floor(bytes / 1024 / 1024)
}
