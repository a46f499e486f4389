import { testToolchain } from '@hop3/testing'
import { describe, expect, test } from 'vitest'
import { planOf, toolchainNamed, verdictOf } from './plan-app.ts'

const composerJson = (change: object = {}): string =>
  JSON.stringify({ name: 'me/shop', require: { 'slim/slim': '^4' }, ...change }, null, 2)
const slim = { 'composer.json': composerJson(), 'composer.lock': '{ "packages": [] }', 'public/index.php': '<?php\n' }
const own = (root: string): string => `exec php -S "$BIND_ADDRESS:$PORT" -t ${root} .hop3-tools/router.php`
const served = (root: string): string =>
  `if command -v frankenphp >/dev/null; then exec frankenphp php-server --listen "$BIND_ADDRESS:$PORT" --root ${root}; else ${own(root)}; fi`

testToolchain({
  factory: toolchainNamed('php'),
  accepts: slim,
  rejects: { 'composer.json': composerJson({ type: 'library' }), 'src/Tool.php': '<?php\n' },
  contradicts: { ...slim, 'composer.json': composerJson({ require: { php: '^8.3' } }), '.php-version': '8.2\n' },
})

test('packages are installed by the manifests alone, and loaded and set up over the whole source', async () => {
  const { phases, processes, runtime, exclude, decisions, warnings } = await planOf('php', slim)
  expect(phases['install']).toEqual({
    cmds: ['composer install --no-dev --no-interaction --no-progress --prefer-dist --no-scripts --no-autoloader'],
    onlyIncludeFiles: ['composer.json', 'composer.lock'],
    cacheDirectories: ['~/.cache/composer'],
    variables: { COMPOSER_ALLOW_SUPERUSER: '1', COMPOSER_NO_INTERACTION: '1' },
    outputs: ['vendor'],
  })
  expect(phases['build']?.cmds?.slice(1)).toEqual(['composer dump-autoload --no-dev --no-interaction --optimize'])
  expect(phases['build']?.outputs).toBeUndefined()
  expect(processes).toEqual({ web: served('public') })
  expect(runtime).toEqual({ envVars: { PHP_CLI_SERVER_WORKERS: '4' } })
  expect(exclude).toEqual(['/vendor', '/.hop3-tools'])
  expect(decisions).toContainEqual({ key: 'php.server', value: expect.stringMatching(/FrankenPHP .* php-fpm/), origin: 'php toolchain' })
  expect(warnings).toEqual([])
})

describe('the install', () => {
  const install = async (composer: object, files: Record<string, string> = {}): Promise<unknown> =>
    (await planOf('php', { ...slim, 'composer.json': composerJson(composer), ...files })).phases['install']

  test('reads the manifests of packages in the source, whole where they are copied or archives', async () => {
    const repositories = [
      { type: 'path', url: 'packages/*' },
      { type: 'path', url: './lib/', options: { symlink: false } },
      { type: 'path', url: '../elsewhere' },
      { type: 'artifact', url: 'var/packages/' },
    ]
    const files = { 'symfony.lock': '{}', 'auth.json': '{}', 'patches/a.patch': '' }
    expect(await install({ repositories }, files)).toMatchObject({
      onlyIncludeFiles: [
        'composer.json',
        'composer.lock',
        'symfony.lock',
        'auth.json',
        'patches',
        'packages/*/composer.json',
        'lib',
        'var/packages',
      ],
    })
  })

  test.each([
    [{ repositories: [{ type: 'composer', url: 'https://repo.example.com' }] }, ['COMPOSER_AUTH']],
    [{ repositories: { firm: { type: 'vcs', url: 'https://git.example.com/x' } } }, ['COMPOSER_AUTH']],
    [{ repositories: [{ type: 'composer', url: 'https://wpackagist.org' }, { 'packagist.org': false }] }, undefined],
  ])('names the credentials of %j', async (composer, secrets) => {
    expect(await install(composer)).toHaveProperty('cmds')
    expect(Object(await install(composer))['secrets']).toEqual(secrets)
  })

  test.each([[{ require: { 'composer/installers': '^2' } }], [{ extra: { 'installer-paths': {} } }]])(
    'runs every time where packages land elsewhere: %j',
    async (composer) => {
      const plan = await planOf('php', { ...slim, 'composer.json': composerJson(composer) })
      expect(plan.phases['install']?.outputs).toBeUndefined()
      expect(plan.decisions.map(({ key }) => key)).toContain('php.install')
    },
  )

  test('writes the lock file where there is none, which is warned of', async () => {
    const { phases, warnings } = await planOf('php', {
      'composer.json': composerJson({ config: { 'vendor-dir': 'lib/vendor' } }),
      'index.php': '',
    })
    expect(phases['install']?.outputs).toEqual(['lib/vendor', 'composer.lock'])
    expect(warnings).toEqual([expect.stringContaining('There is no composer.lock')])
  })

  test('leaves its scripts to the build', async () => {
    const { phases } = await planOf('php', {
      ...slim,
      'composer.json': composerJson({ scripts: { 'post-install-cmd': ['@auto'], test: 'x' } }),
    })
    expect(phases['build']?.cmds?.slice(1)).toEqual([
      'composer dump-autoload --no-dev --no-interaction --optimize',
      'composer run-script --no-dev --no-interaction post-install-cmd',
    ])
  })
})

describe('the document root', () => {
  test.each([
    ['public', { 'public/index.php': '<?php run();', 'index.php': '' }, 'public'],
    ['web', { 'composer.json': '{}', 'web/index.php': '' }, 'web'],
    [
      'the one Symfony is told',
      { 'composer.json': '{ "extra": { "public-dir": "www/site/" } }', 'www/site/index.php': '', 'public/index.php': '' },
      'www/site',
    ],
  ])('is %s', async (_what, files, root) => {
    expect((await planOf('php', files)).processes).toEqual({ web: served(root) })
  })

  test('is the app itself, then always behind the router', async () => {
    const { processes, decisions } = await planOf('php', { 'index.php': '' })
    expect(processes).toEqual({ web: own('.') })
    expect(decisions).toContainEqual(
      expect.objectContaining({ key: 'php.server', value: expect.stringContaining('the app itself is the document root') }),
    )
  })

  test('is what an option names, and an error where that is no directory inside the app', async () => {
    const files = { 'index.php': '', 'my site/index.php': '' }
    expect((await planOf('php', files, { options: { root: './my site/' } })).processes).toEqual({ web: served("'my site'") })
    for (const root of ['gone', '..', '/srv', 'public/../..']) {
      await expect(planOf('php', files, { options: { root } })).rejects.toMatchObject({ code: 'config.php.root' })
    }
  })
})

test.each([
  ['<?php\n// Silence is golden.\n', '.'],
  ["<?php\n/**\n * Nothing here.\n */\nheader('Location: ../');\nexit;\n", '.'],
  ["<?php\nrequire __DIR__ . '/../vendor/autoload.php';\n", 'web'],
])('web/index.php that is %j is what answers only where it does something', async (guard, root) => {
  const { decisions } = await planOf('php', { 'index.php': "<?php require 'app.php';", 'web/index.php': guard })
  expect(decisions).toContainEqual(expect.objectContaining({ key: 'php.root', value: root }))
})

describe('a framework', () => {
  const laravel = {
    'composer.json': composerJson({ require: { 'laravel/framework': '^12' } }),
    'composer.lock': '{}',
    artisan: '',
    'public/index.php': '',
    'config/database.php': '',
    'database/migrations/2024_01_01_000000_create_users_table.php': '',
  }

  test('Laravel caches its routes when an instance starts, writes no settings down, and migrates before the switch', async () => {
    const { processes, runtime, phases, decisions } = await planOf('php', laravel)
    expect(processes['web']).toBe(
      `export APP_ROUTES_CACHE="bootstrap/cache/routes-$PORT.php"; rm -f "$APP_ROUTES_CACHE"; php artisan route:cache; ${served('public')}`,
    )
    expect(runtime).toEqual({
      envVars: { APP_ENV: 'production', APP_DEBUG: 'false', LOG_CHANNEL: 'stderr', PHP_CLI_SERVER_WORKERS: '4' },
      beforeRun: ['php artisan migrate --force'],
    })
    expect(phases['build']?.cmds?.[1]).toBe(
      'mkdir -p bootstrap/cache storage/logs storage/framework/cache/data storage/framework/sessions storage/framework/views',
    )
    expect(decisions).toContainEqual({ key: 'php.migrations', value: 'php artisan migrate --force', origin: 'config/database.php' })
  })

  test('Laravel is asked for a key and told of its uploads', async () => {
    const uploads = expect.stringContaining('storage/app is lost with the next deploy')
    expect((await planOf('php', laravel, { envNames: ['APP_KEY'] })).warnings).toEqual([uploads])
    expect((await planOf('php', laravel)).warnings).toEqual([
      expect.stringContaining('APP_KEY = { generate = "urlsafe", length = 32 }'),
      uploads,
    ])
  })

  test('Laravel without a database is not migrated, and says so', async () => {
    const { 'config/database.php': _, ...without } = laravel
    const { runtime, decisions } = await planOf('php', without)
    expect(runtime.beforeRun).toBeUndefined()
    expect(decisions).toContainEqual({ key: 'php.migrations', value: 'not run: there is no config/database.php', origin: 'php toolchain' })
    expect((await planOf('php', laravel, { options: { migrations: false } })).runtime.beforeRun).toBeUndefined()
  })

  test('Symfony migrates by Doctrine where it has migrations', async () => {
    const packages = { packages: [{ name: 'symfony/framework-bundle' }, { name: 'doctrine/doctrine-migrations-bundle' }] }
    const files = { ...slim, 'composer.lock': JSON.stringify(packages), 'migrations/Version1.php': '' }
    expect((await planOf('php', files)).runtime).toEqual({
      envVars: { APP_ENV: 'prod', APP_DEBUG: '0', PHP_CLI_SERVER_WORKERS: '4' },
      beforeRun: ['php bin/console doctrine:migrations:migrate --no-interaction --allow-no-migration'],
    })
  })

  test('WordPress needs its database extension, and keeps its uploads elsewhere', async () => {
    const { phases, warnings, processes } = await planOf('php', { 'index.php': '', 'wp-load.php': '', 'wp-config.php': '' })
    expect(phases['setup']).toEqual({ cmds: [], aptPkgs: ['php-mysql'] })
    expect(processes).toEqual({ web: own('.') })
    expect(warnings).toEqual([expect.stringContaining('wp-content/uploads')])
  })
})

test('extensions of the app and of what it locks are named as Debian packages', async () => {
  const lock = {
    packages: [{ name: 'a/b', require: { 'ext-dom': '*', 'ext-pdo_sqlite': '*', php: '^8' } }],
    'packages-dev': [{ require: { 'ext-xdebug': '*' } }],
  }
  const files = {
    ...slim,
    'composer.json': composerJson({ require: { 'ext-json': '*', 'ext-intl': '*', 'ext-SimpleXML': '*' } }),
    'composer.lock': JSON.stringify(lock),
  }
  const { phases, decisions } = await planOf('php', files)
  expect(phases['setup']).toEqual({ cmds: [], aptPkgs: ['php-intl', 'php-sqlite3', 'php-xml'] })
  expect(decisions).toContainEqual({ key: 'php.extensions', value: 'dom, intl, json, pdo_sqlite, simplexml', origin: 'composer.lock' })
})

describe('the version', () => {
  const php = (range: string, platform?: string): Record<string, string> => ({
    ...slim,
    'composer.json': composerJson({ require: { php: range }, ...(platform !== undefined && { config: { platform: { php: platform } } }) }),
  })
  test.each([
    ['a range', php('^8.2'), '^8.2', 'composer.json:4'],
    ['Composer 1', php('^7.4|~8.1'), '^7.4 || >=8.1 <9', 'composer.json:4'],
    ['a narrow range', php('~8.1.2, != 8.1.9'), '>=8.1.2 <8.2  !=8.1.9', 'composer.json:4'],
    ['the range, whatever the platform', php('^8.1', '8.2.10'), '^8.1', 'composer.json:4'],
    [
      'the platform alone, the oldest that will do',
      { ...slim, 'composer.json': composerJson({ config: { platform: { php: '7.2' } } }) },
      '>=7.2',
      'composer.json:8',
    ],
    ['.php-version', { ...php('>=8.1 <8.4'), '.php-version': '8.3\n' }, '8.3', '.php-version:1'],
    ['.tool-versions', { ...slim, '.tool-versions': 'php 8.3.1\n' }, '8.3.1', '.tool-versions:1'],
  ])('of %s', async (_what, files, version, origin) => {
    expect((await planOf('php', files)).versions).toEqual({ php: { version, origin } })
  })

  test.each([
    [{ ...php('~8.1'), '.php-version': '9.0' }, 'config.php.version-conflict'],
    [{ ...slim, '.php-version': 'newest' }, 'config.php.version'],
  ])('that cannot be is an error', async (files, code) => {
    await expect(planOf('php', files)).rejects.toMatchObject({ code })
  })
})

test.each([
  ['a manifest beside that of another app', { 'composer.json': '{}', 'package.json': '{}' }, 'package.json says what the app is'],
  ['PHP that answers nothing', { 'tool.php': '' }, 'no index.php'],
])('%s is refused', async (_what, files, reason) => {
  expect(await verdictOf('php', files)).toMatchObject({ accepted: false, reason: expect.stringContaining(reason) })
})

test('a composer.json that is no object is an error', async () => {
  await expect(verdictOf('php', { 'composer.json': '[]' })).rejects.toMatchObject({ code: 'config.php.composer-json' })
})
