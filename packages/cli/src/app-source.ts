import { hop3Error, visible, type App } from '@hop3/core'
import { createSourceView, readAppConfig } from '@hop3/planner'
import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { chooseAppName } from './app-name.ts'
import { appPlanVariables } from './app-plan-variables.ts'
import type { Invocation } from './invocation.ts'
import { planEnvironment, planOverrides } from './plan-arguments.ts'

/**
 * The app in a directory: its configuration with the variables its operator set for it, `--env` and the command line on top, and its name —
 * `--app`, else `[metadata] id`, else the directory's. Throws `usage.no-directory`, `config.app-name` with a name that would do, and what
 * reading the configuration throws.
 */
export async function appInDirectory(
  invocation: Pick<Invocation, 'options' | 'terminal' | 'output' | 'signal'>,
  operand: string | undefined,
  givenName?: string,
): Promise<App> {
  const sourcePath = resolve(invocation.terminal.cwd, operand ?? '.')
  await checkDirectory(sourcePath, operand)
  const request = {
    sourcePath,
    source: createSourceView(sourcePath),
    overrides: await planOverrides(invocation),
    env: planEnvironment(invocation),
  }
  const config = await readAppConfig(request)
  const name = chooseAppName(givenName ?? invocation.options.text('app'), config.metadata.id, sourcePath)
  const appEnv = await appPlanVariables(invocation, name)
  // The name of the app is known from its files only; whose variables count, only from its name.
  return { name, sourcePath, config: Object.keys(appEnv).length === 0 ? config : await readAppConfig({ ...request, appEnv }) }
}

/** The name alone. */
export async function appNameInDirectory({ options, terminal }: Pick<Invocation, 'options' | 'terminal'>): Promise<string> {
  const config = await readAppConfig({ sourcePath: terminal.cwd })
  return chooseAppName(options.text('app'), config.metadata.id, terminal.cwd)
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
