import { hop3Error, visible, type App } from '@hop3/core'
import { createSourceView, readAppConfig } from '@hop3/planner'
import { statSync } from 'node:fs'
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
  { givenName, purpose }: { readonly givenName?: string | undefined; readonly purpose?: 'look' } = {},
): Promise<App> {
  const sourcePath = resolve(invocation.terminal.cwd, operand ?? '.')
  checkDirectory(sourcePath, operand)
  const request = {
    sourcePath,
    source: createSourceView(sourcePath),
    overrides: await planOverrides(invocation),
    env: planEnvironment(invocation),
  }
  const config = await readAppConfig(request)
  const name = chooseAppName(givenName ?? invocation.options.text('app'), config.metadata.id, sourcePath, purpose)
  const appEnv = await appPlanVariables(invocation, name)
  // The name of the app is known from its files only; whose variables count, only from its name.
  return { name, sourcePath, config: Object.keys(appEnv).length === 0 ? config : await readAppConfig({ ...request, appEnv }) }
}

/** The name alone. */
export async function appNameInDirectory({ options, terminal }: Pick<Invocation, 'options' | 'terminal'>): Promise<string> {
  const config = await readAppConfig({ sourcePath: terminal.cwd })
  return chooseAppName(options.text('app'), config.metadata.id, terminal.cwd)
}

function checkDirectory(path: string, written: string | undefined): void {
  const why = whyNoDirectory(path)
  if (why === undefined) return
  throw hop3Error('usage.no-directory', `${visible(written ?? path)} is ${why}.`, {
    hint: "Name the directory that holds the app's source, or run the command inside it.",
    details: { path },
  })
}

// Not `node:fs/promises`, here and in `other-build.ts`: for `hop3 plan` to load it would be all there is of it.
function whyNoDirectory(path: string): string | undefined {
  try {
    return statSync(path).isDirectory() ? undefined : 'not a directory'
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EACCES'
      ? 'in a directory that this user may not enter'
      : 'not there'
  }
}
