import { hop3Error } from '@hop3/core'
import type { ToolchainContext, ToolchainPlan } from '@hop3/core'
import { fetchedDirectory } from '../fetched.ts'
import { assetsOf, withAssets } from '../node/assets.ts'
import type { AssetsRequest } from '../node/assets.ts'
import { readOptions } from '../read-options.ts'
import { tableAt } from '../value-at.ts'
import { extensionPackages, extensionsOf } from './extensions.ts'
import { frameworkFacts } from './framework.ts'
import { buildCommands, composerVariables, installPhase, movesPackages, vendorDirectory } from './install.ts'
import { phpOptions } from './options.ts'
import type { PhpOptions } from './options.ts'
import { readPhpApp } from './php-app.ts'
import type { PhpApp } from './php-app.ts'
import { writeRouter } from './router.ts'
import { startPhp } from './start.ts'
import type { Unconfigured } from './unconfigured.ts'
import { readUnconfigured } from './unconfigured.ts'
import { choosePhp } from './version.ts'

/** Throws `config.php.nothing`, `.root`, `.composer-json`, `.version`, `.version-conflict` and what an option has wrong. */
export async function planPhp(context: ToolchainContext): Promise<ToolchainPlan> {
  const options: PhpOptions = await readOptions(context, 'php', phpOptions)
  const app = await readPhpApp(context.source, options)
  const { composer, root } = app
  if (composer === undefined && root === undefined) throw nothingToServe()
  const php = await choosePhp(app, context, options)
  const facts = await frameworkFacts(app, options, context.envNames ?? [])
  const unconfigured = await readUnconfigured(app)
  const { database } = unconfigured
  const extensions = extensionsOf(app, database?.extension)
  const aptPkgs = extensionPackages(extensions)
  const start = root === undefined ? undefined : startPhp(app, root)
  const build = [
    ...(root === undefined ? [] : [writeRouter(root.directory)]),
    ...facts.build,
    ...(composer === undefined ? [] : buildCommands(composer)),
  ]
  const plan: ToolchainPlan = {
    kind: 'php',
    phases: {
      ...(aptPkgs.length > 0 && { setup: { cmds: [], aptPkgs: [...aptPkgs] } }),
      ...(composer && { install: installPhase(app, composer) }),
      ...(build.length > 0 && { build: { cmds: build, variables: { ...facts.envVars, ...(composer && composerVariables) } } }),
    },
    processes: start === undefined ? {} : { web: start.command },
    versions: { ...(php && { php }) },
    exclude: [...(composer === undefined ? [] : [`/${vendorDirectory(composer)}`]), fetchedDirectory],
    runtime: {
      envVars: { ...facts.envVars, ...(start && { PHP_CLI_SERVER_WORKERS: '4' }) },
      ...(facts.beforeRun.length > 0 && { beforeRun: [...facts.beforeRun] }),
    },
    decisions: [
      ...facts.decisions,
      ...(start?.decisions ?? []),
      ...(extensions.length > 0 ? [{ key: 'php.extensions', value: extensions.join(', '), origin: extensionsOrigin(app, database) }] : []),
      ...(composer !== undefined && movesPackages(composer)
        ? [
            {
              key: 'php.install',
              value: 'runs every time: packages are installed outside the vendor directory as well',
              origin: composer.origin('extra'),
            },
          ]
        : []),
    ],
    warnings: [...warningsOf(app), ...unconfigured.warnings, ...(app.root === undefined ? [noStart] : []), ...facts.warnings],
    startWarnings: [noStart],
  }
  // Somebody who names toolchains names them all.
  return context.named ? plan : withAssets(plan, await assetsOf(context, assetsRequest(plan)))
}

function extensionsOrigin({ composer, framework }: PhpApp, database: Unconfigured['database']): string {
  const own = composer === undefined ? (database?.origin ?? framework?.origin) : undefined
  return own ?? (composer?.hasLock === true ? 'composer.lock' : 'composer.json')
}

/** Styles are taken from packages of Composer's, and routes from the app itself: the scripts run when it is complete. */
function assetsRequest({ phases }: ToolchainPlan): AssetsRequest {
  const install = phases['install'] && 'install'
  return { scripts: [['build', 'production', 'prod']], install, after: phases['build'] ? 'build' : install }
}

const noStart =
  'No start command found: there is no index.php, here or in public or web. Write one into Procfile: `worker: php your_file.php`.'

function warningsOf({ composer }: PhpApp): readonly string[] {
  const required = Object.keys(tableAt(composer?.data, 'require') ?? {}).filter((name) => name.includes('/'))
  return composer !== undefined && !composer.hasLock && required.length > 0
    ? ['There is no composer.lock: two builds may install different packages. Run `composer update` and add what it writes.']
    : []
}

function nothingToServe(): Error {
  return hop3Error(
    'config.php.nothing',
    'The php toolchain was asked for, but there is no composer.json and no index.php, here or in public or web.',
    {
      hint: 'Add public/index.php, name its directory under [build.php] in hop3.toml: root = "site", or remove php from [build] toolchains.',
    },
  )
}
