/** Finds a program of the host that serves routes. */
import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import type { Verdict } from './builder.ts'
import { hop3Error } from './errors.ts'
import type { ProxyProgram } from './proxy-program.ts'
import type { ProxyContext } from './proxy.ts'

type Sought = Pick<ProxyProgram, 'name' | 'title' | 'elsewhere' | 'install'>

/** See `Proxy.accept`. */
export async function programVerdict(program: Sought, env: ProxyContext['env']): Promise<Verdict> {
  const path = await lookFor(program, env)
  if (path !== undefined) return { accepted: true, reason: `it uses ${path}` }
  return { accepted: false, reason: `${missing(program)}: ${program.install}` }
}

/** Its path. Throws `deploy.proxy.program`. */
export async function findProgram(program: Sought, env: ProxyContext['env']): Promise<string> {
  const path = await lookFor(program, env)
  if (path !== undefined) return path
  throw hop3Error('deploy.proxy.program', `Cannot route by ${program.title}: ${missing(program)}.`, {
    hint: `Install it: ${program.install}. Or use the proxy that needs none: HOP3_PROXY=embedded`,
    class: 'environment',
  })
}

function missing({ name, elsewhere }: Sought): string {
  return `there is no ${name} on PATH or in ${elsewhere[0]}`
}

async function lookFor({ name, elsewhere }: Sought, env: ProxyContext['env']): Promise<string | undefined> {
  const directories = [...(env['PATH'] ?? '').split(':'), ...elsewhere].filter((path) => path.startsWith('/'))
  for (const directory of directories) {
    const path = join(directory, name)
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
