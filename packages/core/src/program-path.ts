/** Finds a program of the host that serves routes. */
import type { Verdict } from './builder.ts'
import { hop3Error } from './errors.ts'
import { programOnPath } from './path-search.ts'
import type { ProxyProgram } from './proxy-program.ts'
import type { ProxyContext } from './proxy.ts'

type Sought = Pick<ProxyProgram, 'name' | 'title' | 'elsewhere' | 'install'>

/** See `Proxy.accept`. */
export async function programVerdict(program: Sought, env: ProxyContext['env']): Promise<Verdict> {
  const path = lookFor(program, env)
  if (path !== undefined) return { accepted: true, reason: `it uses ${path}` }
  return { accepted: false, reason: `${missing(program)}: ${program.install}` }
}

/** Its path. Throws `deploy.proxy.program`. */
export async function findProgram(program: Sought, env: ProxyContext['env']): Promise<string> {
  const path = lookFor(program, env)
  if (path !== undefined) return path
  throw hop3Error('deploy.proxy.program', `Cannot route by ${program.title}: ${missing(program)}.`, {
    hint: `Install it: ${program.install}. Or use the proxy that needs none: HOP3_PROXY=embedded`,
    class: 'environment',
  })
}

/** Throws `deploy.proxy.program` for one that is older than what it is told needs. What says no version is believed to be new. */
export async function checkVersion(
  program: Sought & Pick<ProxyProgram, 'oldest'>,
  { env, run, signal }: Pick<ProxyContext, 'env' | 'run' | 'signal'>,
): Promise<void> {
  const file = await findProgram(program, env)
  const { args, version } = program.oldest
  const { stdout, stderr } = await run({
    file,
    args,
    cwd: '/',
    env: { PATH: env['PATH'] ?? '', HOME: '/nonexistent' },
    signal,
    timeout: 10_000,
  })
  const found = /(\d+)\.(\d+)/.exec(stdout + stderr)
  const [major, minor] = version
  if (found === null || Number(found[1]) > major || (Number(found[1]) === major && Number(found[2]) >= minor)) return
  throw hop3Error(
    'deploy.proxy.program',
    `Cannot route by ${program.title}: ${file} is ${found[0]}, and routes need ${version.join('.')} or newer.`,
    {
      hint: `Install a newer one: ${program.install}. Or use the proxy that needs none: HOP3_PROXY=embedded`,
      class: 'environment',
    },
  )
}

function missing({ name, elsewhere }: Sought): string {
  return `there is no ${name} on PATH or in ${elsewhere[0]}`
}

function lookFor({ name, elsewhere }: Sought, env: ProxyContext['env']): string | undefined {
  return programOnPath(name, env['PATH'], elsewhere)
}
