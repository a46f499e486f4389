import { hop3Error, visible, type App } from '@hop3/core'
import { readAppConfig, type PlanOverrides } from '@hop3/planner'
import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { chooseAppName } from './app-name.ts'
import type { Invocation, Options } from './invocation.ts'

/**
 * The app in a directory: its configuration with the command line on top, and its name — `--app`, else `[metadata] id`, else the
 * directory's. Throws `usage.no-directory`, `config.app-name` with a name that would do, and what reading the configuration throws.
 */
export async function appInDirectory(
  { options, terminal }: Pick<Invocation, 'options' | 'terminal'>,
  operand: string | undefined,
  givenName?: string,
): Promise<App> {
  const sourcePath = resolve(terminal.cwd, operand ?? '.')
  await checkDirectory(sourcePath, operand)
  const config = await readAppConfig({ sourcePath, overrides: planOverrides(options) })
  return { name: chooseAppName(givenName ?? options.text('app'), config.metadata.id, sourcePath), sourcePath, config }
}

async function checkDirectory(path: string, written: string | undefined): Promise<void> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => error)
  if (!(found instanceof Error) && found.isDirectory()) return
  const missing = found instanceof Error && found.code === 'EACCES' ? 'in a directory that this user may not enter' : 'not there'
  throw hop3Error('usage.no-directory', `${visible(written ?? path)} is ${found instanceof Error ? missing : 'not a directory'}.`, {
    hint: "Name the directory that holds the app's source, or run the command inside it.",
    details: { path },
  })
}

function planOverrides(options: Options): PlanOverrides {
  const [builder, deployer, installCmd, buildCmd, startCmd] = ['builder', 'deployer', 'install-cmd', 'build-cmd', 'start-cmd'].map((name) =>
    options.text(name),
  )
  const toolchains = options.list('toolchain')
  return {
    ...(builder !== undefined && { builder }),
    ...(deployer !== undefined && { deployer }),
    ...(toolchains.length > 0 && { toolchains }),
    ...(installCmd !== undefined && { installCmd }),
    ...(buildCmd !== undefined && { buildCmd }),
    ...(startCmd !== undefined && { startCmd }),
  }
}
