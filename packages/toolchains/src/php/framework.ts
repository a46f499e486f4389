/** What frameworks add: variables, directories, migrations, where they may fail. */
import type { Decision } from '@hop3/core'
import type { PhpApp, PhpFramework } from './php-app.ts'
import type { PhpOptions } from './options.ts'

export interface FrameworkFacts {
  readonly envVars: Readonly<Record<string, string>>
  /** Before Composer's scripts. */
  readonly build: readonly string[]
  readonly beforeRun: readonly string[]
  readonly decisions: readonly Decision[]
  readonly warnings: readonly string[]
}

const none: FrameworkFacts = { envVars: {}, build: [], beforeRun: [], decisions: [], warnings: [] }

/** `envNames`: see `ToolchainContext`. */
export async function frameworkFacts(app: PhpApp, options: PhpOptions, envNames: readonly string[]): Promise<FrameworkFacts> {
  if (app.framework === undefined) return none
  const facts = await readers[app.framework.name](app, options, envNames)
  return { ...facts, decisions: [{ key: 'php.framework', value: app.framework.name, origin: app.framework.origin }, ...facts.decisions] }
}

const readers: Readonly<Record<PhpFramework, (app: PhpApp, options: PhpOptions, envNames: readonly string[]) => Promise<FrameworkFacts>>> =
  {
    laravel: async (app, options, envNames) => ({
      envVars: { APP_ENV: 'production', APP_DEBUG: 'false', LOG_CHANNEL: 'stderr' },
      build: ['mkdir -p bootstrap/cache storage/logs storage/framework/cache/data storage/framework/sessions storage/framework/views'],
      ...migrations('php artisan migrate --force', options, [
        ['config/database.php', await app.source.hasFile('config/database.php')],
        ['database/migrations', await hasPhp(app, 'database/migrations')],
      ]),
      warnings: [...laravelSecret(envNames), uploads('storage/app', 'its disks in config/filesystems.php')],
    }),
    symfony: async (app, options) => ({
      envVars: { APP_ENV: 'prod', APP_DEBUG: '0' },
      build: [],
      ...migrations('php bin/console doctrine:migrations:migrate --no-interaction --allow-no-migration', options, [
        ['doctrine/doctrine-migrations-bundle', app.composer?.packages.has('doctrine/doctrine-migrations-bundle') ?? false],
        ['migrations', await hasPhp(app, 'migrations')],
      ]),
      warnings: [],
    }),
    wordpress: async () => ({ ...none, warnings: [uploads('wp-content/uploads', "define('UPLOADS', …) or a plugin for object storage")] }),
  }

/** Only where everything for them is there; otherwise it is said what is not. */
function migrations(
  command: string,
  { migrations: wanted }: PhpOptions,
  needs: readonly (readonly [what: string, isThere: boolean])[],
): Pick<FrameworkFacts, 'beforeRun' | 'decisions'> {
  const key = 'php.migrations'
  const missing = needs.find(([, isThere]) => !isThere)
  if (wanted === false) return { beforeRun: [], decisions: [{ key, value: 'not run', origin: 'hop3.toml [build.php] migrations' }] }
  if (missing !== undefined)
    return { beforeRun: [], decisions: [{ key, value: `not run: there is no ${missing[0]}`, origin: 'php toolchain' }] }
  return { beforeRun: [command], decisions: [{ key, value: command, origin: needs[0]?.[0] ?? '' }] }
}

async function hasPhp({ source }: PhpApp, directory: string): Promise<boolean> {
  return (await source.list(directory)).some((name) => name.endsWith('.php'))
}

/** Values set by `hop3 env set` are not known while planning. */
function laravelSecret(envNames: readonly string[]): readonly string[] {
  if (envNames.includes('APP_KEY')) return []
  return [
    'Laravel answers only with a key of 32 characters: APP_KEY = { generate = "urlsafe", length = 32 } under [env] in hop3.toml makes one, `hop3 env set` brings one along.',
  ]
}

function uploads(directory: string, place: string): string {
  return `What visitors upload to ${directory} is lost with the next deploy: keep it in the directory that HOP3_DATA names, by ${place}.`
}
