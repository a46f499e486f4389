import { hop3Error, type DeploymentContext } from '@hop3/core'
import type { Engine } from './engine.ts'

/** Containers are published on the loopback of the engine's host and mount directories of it: it has to be this one. */
export function checkLocal({ host }: Engine, { appName }: Pick<DeploymentContext, 'appName'>): void {
  if (host.address.startsWith('unix:')) return
  const name = URL.canParse(host.address) ? new URL(host.address).hostname : ''
  const isLoopback = name === 'localhost' || name.startsWith('127.') || name === '[::1]'
  if (isLoopback && !host.address.startsWith('ssh:')) return
  throw hop3Error(
    'deploy.compose.remote',
    `Cannot run ${appName} on the container engine at ${host.address} (${host.origin}): it is on another host, whose ports the proxy of this one does not reach.`,
    {
      hint: 'Run `hop3 deploy` on that host, or unset DOCKER_HOST (or `docker context use default`) for the engine of this one.',
      details: { address: host.address },
    },
  )
}
