/** nginx as a command that ends: its own check of a configuration. */
import { hop3Error, type ProxyContext } from '@hop3/core'
import { findProgram, programEnv, type ProxyProgram } from '@hop3/core/routes'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { nginxPaths, type NginxPaths } from './nginx-paths.ts'

/** Lets nginx itself read a configuration. Throws `deploy.proxy.config` with what it says, `deploy.proxy.program` where it is not there. */
export async function testConfig(nginx: ProxyProgram, context: ProxyContext, file: string): Promise<void> {
  const paths = nginxPaths(context.directories)
  await mkdir(join(paths.directory, 'tmp'), { recursive: true, mode: 0o700 })
  await mkdir(context.directories.logs, { recursive: true })
  const { exitCode, stderr } = await context.run({
    file: await findProgram(nginx, context.env),
    args: ['-t', '-q', ...nginxArgs(paths, file)],
    cwd: paths.directory,
    env: programEnv(nginx, context),
  })
  if (exitCode === 0) return
  const seen = stderr.split('\n').find((line) => /\[(?:emerg|alert|crit)\]/.test(line)) ?? stderr.trim()
  throw hop3Error('deploy.proxy.config', `nginx refuses the configuration: ${seen.replace(/^.*\[\w+\] (?:\d+#\d+: )?/, '')}.`, {
    hint: 'What served before goes on. The file that is named says which app it is of: deploy that one again.',
    details: { seen },
  })
}

export function nginxArgs({ directory, log }: NginxPaths, file: string): string[] {
  return ['-p', `${directory}/`, '-e', log, '-c', file]
}
