/** What Caddy does its own way: a configuration by its administration, which most changes need not touch. */
import { hop3Error, longestSocketPath, type ProxyContext } from '@hop3/core'
import { programWork, type ProxyProgram } from '@hop3/core/routes'
import { mkdir, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { caddyPaths, type CaddyPaths } from './caddy-paths.ts'
import { changeOf } from './change.ts'
import { refuseOutwardLinks } from './outward-link.ts'

const pathsOf = ({ directories }: ProxyContext): CaddyPaths => caddyPaths(directories)

export const caddy: ProxyProgram = {
  name: 'caddy',
  title: 'Caddy',
  elsewhere: ['/usr/bin', '/usr/local/bin'],
  install: 'apt-get install caddy',
  oldest: { args: ['version'], version: [2, 6] },
  ability: { name: 'caddy', speaksUwsgi: false, certificates: ['internal', 'acme', 'files'] },
  paths: caddyPaths,
  checkRoute: refuseOutwardLinks,
  prepare: changeOf,
  args: (context) => ['run', '--config', pathsOf(context).config],
  // Everything it would write into a home of its user goes into ours.
  env: (context) => {
    const { directory } = pathsOf(context)
    return { HOME: directory, XDG_DATA_HOME: directory, XDG_CONFIG_HOME: directory }
  },
  async beforeStart(context) {
    const { socket } = pathsOf(context)
    checkSocketPath(socket)
    await rm(socket, { force: true })
    await mkdir(dirname(socket), { recursive: true })
  },
  stopSignal: 'SIGTERM',
  leftovers: (context) => [pathsOf(context).socket],
}

export const work = programWork(caddy)

function checkSocketPath(socket: string): void {
  if (Buffer.byteLength(socket) <= longestSocketPath) return
  throw hop3Error(
    'deploy.proxy.socket-path',
    `The path of Caddy's socket is longer than the ${longestSocketPath} bytes a system takes: ${socket}.`,
    { hint: 'Set HOP3_RUN to a directory with a short path: export HOP3_RUN=/tmp/hop3-run' },
  )
}
