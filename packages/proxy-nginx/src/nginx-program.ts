/** Finds nginx on this host. */
import type { ProxyContext, Verdict } from '@hop3/core'
import { hop3Error } from '@hop3/core'
import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { join } from 'node:path'

/** See `Proxy.accept`. */
export async function nginxVerdict({ env }: Pick<ProxyContext, 'env'>): Promise<Verdict> {
  const program = await findNginx(env)
  return program === undefined
    ? { accepted: false, reason: 'there is no nginx on PATH or in /usr/sbin: apt-get install nginx-light' }
    : { accepted: true, reason: `it uses ${program}` }
}

/** Its path. Throws `deploy.proxy.program`. */
export async function nginxProgram({ env }: Pick<ProxyContext, 'env'>): Promise<string> {
  const program = await findNginx(env)
  if (program !== undefined) return program
  throw hop3Error('deploy.proxy.program', 'Cannot route by nginx: there is no nginx on PATH or in /usr/sbin.', {
    hint: 'Install it: apt-get install nginx-light. Or use the proxy that needs none: HOP3_PROXY=embedded',
    class: 'environment',
  })
}

/** Distributions keep it where only the PATH of root looks. */
async function findNginx(env: ProxyContext['env']): Promise<string | undefined> {
  const directories = [...(env['PATH'] ?? '').split(':'), '/usr/sbin', '/usr/local/sbin'].filter((path) => path.startsWith('/'))
  for (const directory of directories) {
    const path = join(directory, 'nginx')
    if (await isProgram(path)) return path
  }
  return undefined
}

function isProgram(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}
