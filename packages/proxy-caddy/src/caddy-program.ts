/** Finds Caddy on this host. */
import type { ProxyContext, Verdict } from '@hop3/core'
import { hop3Error } from '@hop3/core'
import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { join } from 'node:path'

/** See `Proxy.accept`. */
export async function caddyVerdict({ env }: Pick<ProxyContext, 'env'>): Promise<Verdict> {
  const program = await findCaddy(env)
  return program === undefined
    ? { accepted: false, reason: 'there is no caddy on PATH: apt-get install caddy' }
    : { accepted: true, reason: `it uses ${program}` }
}

/** Its path. Throws `deploy.proxy.program`. */
export async function caddyProgram({ env }: Pick<ProxyContext, 'env'>): Promise<string> {
  const program = await findCaddy(env)
  if (program !== undefined) return program
  throw hop3Error('deploy.proxy.program', 'Cannot route by Caddy: there is no caddy on PATH.', {
    hint: 'Install it: apt-get install caddy. Or use the proxy that needs none: HOP3_PROXY=embedded',
    class: 'environment',
  })
}

/** Its package puts it where a short PATH may not look. */
async function findCaddy(env: ProxyContext['env']): Promise<string | undefined> {
  const directories = [...(env['PATH'] ?? '').split(':'), '/usr/bin', '/usr/local/bin'].filter((path) => path.startsWith('/'))
  for (const directory of directories) {
    const path = join(directory, 'caddy')
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
