import { describe, expect, test } from 'vitest'
import { planOf } from './plan-app.ts'

type Files = Readonly<Record<string, string>>

const application = (requires: string): string =>
  `require_relative "boot"\n${requires}\nmodule Shop\n  class Application < Rails::Application\n  end\nend\n`
const rails = (version: string, ...gems: string[]): Files => ({
  Gemfile: [`gem "rails", "~> ${version}"`, 'gem "puma"', ...gems.map((name) => `gem "${name}"`)].join('\n'),
  'Gemfile.lock': '',
  'config.ru': '',
  'config/application.rb': application('require "rails/all"'),
})
const lockFor = (version: string, ...gems: string[]): Files => ({
  'Gemfile.lock': `GEM\n  specs:\n    rails (${version})\n${gems.map((name) => `    ${name} (1.0)\n`).join('')}\nDEPENDENCIES\n`,
})

const withSecret = { envNames: ['SECRET_KEY_BASE'] }

test('an app of Rails 8 has its assets built and its database prepared', async () => {
  const files = { ...rails('8.0', 'propshaft', 'pg'), ...lockFor('8.0.1', 'propshaft', 'pg'), 'app/assets/stylesheets/application.css': '' }
  const { phases, processes, runtime, decisions, warnings } = await planOf('ruby', files, withSecret)
  expect(phases['build']).toEqual({
    cmds: ['mkdir -p tmp/pids tmp/cache log', 'bundle exec rails assets:precompile'],
    variables: {
      BUNDLE_WITHOUT: 'development:test',
      BUNDLE_DEPLOYMENT: '1',
      BUNDLE_PATH: 'vendor/bundle',
      RAILS_ENV: 'production',
      RACK_ENV: 'production',
      SECRET_KEY_BASE_DUMMY: '1',
    },
    cacheDirectories: ['tmp/cache/assets'],
  })
  expect(processes).toEqual({ web: 'bundle exec puma -b "tcp://$BIND_ADDRESS:$PORT"' })
  expect(runtime).toMatchObject({
    envVars: { RAILS_ENV: 'production', RAILS_LOG_TO_STDOUT: '1', RAILS_SERVE_STATIC_FILES: '1' },
    staticPaths: { '/assets/': 'public/assets/' },
    beforeRun: ['bundle exec rails db:prepare'],
  })
  expect(decisions).toContainEqual({ key: 'ruby.rails.migrations', value: 'bundle exec rails db:prepare', origin: 'pg' })
  expect(decisions).toContainEqual({ key: 'ruby.rails.assets', value: 'rails assets:precompile', origin: 'propshaft' })
  expect(warnings).toEqual([])
})

describe('assets', () => {
  const page = { 'app/assets/config/manifest.js': '' }
  const built = async (files: Files, options = {}): Promise<unknown> =>
    (await planOf('ruby', files, { options })).phases['build']?.cmds?.includes('bundle exec rails assets:precompile')

  test.each([
    ['sprockets-rails among the gems', { ...rails('7.0', 'sprockets-rails'), ...lockFor('7.0.8', 'sprockets-rails'), ...page }, true],
    [
      'sprockets that Rails 6 brings',
      {
        ...rails('6.1'),
        ...page,
        'Gemfile.lock': 'GEM\n  specs:\n    rails (6.1.7)\n      sprockets-rails (>= 2)\n    sprockets-rails (3.4)\n',
      },
      true,
    ],
    ['no directory of assets', { ...rails('8.0', 'propshaft'), ...lockFor('8.0.1', 'propshaft') }, false],
    [
      'a pipeline that is not loaded, as in an app for an API',
      { ...rails('6.1'), ...page, 'config/application.rb': application('require "rails"\n# require "sprockets/railtie"') },
      false,
    ],
    ['no pipeline at all', { ...rails('7.1'), ...lockFor('7.1.3'), ...page }, false],
  ])('with %s', async (_what, files, isBuilt) => {
    expect(await built(files)).toBe(isBuilt)
  })

  test('are left alone where that is said', async () => {
    expect(await built({ ...rails('8.0', 'propshaft'), ...lockFor('8.0.1', 'propshaft'), ...page }, { assets: false })).toBe(false)
  })

  test('of a Rails before 7.1 are built with a secret that is none', async () => {
    const { phases } = await planOf('ruby', { ...rails('7.0', 'propshaft'), ...lockFor('7.0.8', 'propshaft'), ...page })
    expect(phases['build']?.variables).toMatchObject({ SECRET_KEY_BASE: 'only-for-building' })
    expect(phases['build']?.variables).not.toHaveProperty('SECRET_KEY_BASE_DUMMY')
  })

  test('are built with the master key where production insists on it', async () => {
    const files = { ...rails('8.0', 'propshaft'), ...lockFor('8.0.1', 'propshaft'), ...page }
    const production = (line: string): Files => ({
      'config/environments/production.rb': `Rails.application.configure do\n  ${line}\nend\n`,
    })
    const secrets = async (line: string): Promise<unknown> =>
      (await planOf('ruby', { ...files, ...production(line) })).phases['build']?.secrets
    expect(await secrets('config.require_master_key = true')).toEqual(['RAILS_MASTER_KEY'])
    expect(await secrets('# config.require_master_key = true')).toBeUndefined()
  })
})

describe('the database', () => {
  const migrations = async (files: Files, options = {}): Promise<unknown> => {
    const { runtime, decisions } = await planOf('ruby', files, { options })
    return [runtime.beforeRun, decisions.find(({ key }) => key === 'ruby.rails.migrations')?.value]
  }

  test.each([
    ['without a database gem', rails('8.0', 'redis'), {}, 'not run: no database gem is among the gems'],
    [
      'of the tests only',
      { ...rails('8.0'), Gemfile: 'gem "rails"\ngem "sqlite3", group: :test\n' },
      {},
      'not run: no database gem is among the gems',
    ],
    [
      'without Active Record',
      {
        ...rails('8.0', 'pg'),
        ...lockFor('8.0', 'pg'),
        'config/application.rb': application('require "rails"\n# require "active_record/railtie"'),
      },
      {},
      'not run: Active Record is not loaded',
    ],
    ['that is not to be touched', { ...rails('8.0', 'pg'), ...lockFor('8.0', 'pg') }, { migrations: false }, 'not run'],
  ])('%s is left alone', async (_what, files, options, said) => {
    expect(await migrations(files, options)).toEqual([undefined, said])
  })

  test('of Rails 5 is migrated, because it cannot be prepared', async () => {
    const command = 'bundle exec rails db:migrate'
    expect(await migrations({ ...rails('5.2', 'mysql2'), ...lockFor('5.2.8', 'mysql2') })).toEqual([[command], command])
  })

  test.each([
    ['database: storage/production.sqlite3', true],
    ['database: <%= ENV.fetch("HOP3_DATA", "storage") %>/production.sqlite3', false],
    ['database: /srv/data/production.sqlite3', false],
  ])('%s', async (line, isWarned) => {
    const database = `default: &default\n  adapter: sqlite3\ntest:\n  database: db/test.sqlite3\nproduction:\n  primary:\n    <<: *default\n    ${line}\n`
    const files = {
      ...rails('8.0', 'sqlite3'),
      ...lockFor('8.0.1', 'sqlite3'),
      'config/database.yml': database,
    }
    const { warnings } = await planOf('ruby', files, withSecret)
    expect(warnings.filter((one) => /^config\/database\.yml:8 keeps the SQLite database .*HOP3_DATA/.test(one))).toHaveLength(
      isWarned ? 1 : 0,
    )
    expect(warnings).toHaveLength(isWarned ? 1 : 0)
  })
})

test('a secret is asked for where nothing says one', async () => {
  const files = { ...rails('8.0'), ...lockFor('8.0.1'), 'config/credentials.yml.enc': 'x' }
  expect((await planOf('ruby', files, withSecret)).warnings).toEqual([])
  expect((await planOf('ruby', files, { envNames: ['RAILS_MASTER_KEY'] })).warnings).toEqual([])
  const { warnings } = await planOf('ruby', files)
  expect(warnings).toEqual([expect.stringMatching(/SECRET_KEY_BASE = .* RAILS_MASTER_KEY/)])
})

test.each([
  ['  get "up" => "rails/health#show", as: :rails_health_check\n', '', '/up'],
  ['  # get "up" => "rails/health#show", as: :rails_health_check\n', '', undefined],
  ['  get "up" => "rails/health#show"\n', 'config.hosts = ["shop.example"]\n', undefined],
])('the health check of %j', async (routes, production, path) => {
  const { runtime } = await planOf('ruby', { ...rails('8.0'), 'config/routes.rb': routes, 'config/environments/production.rb': production })
  expect(runtime.healthcheckPath).toBe(path)
})

test('without config.ru, Rails serves itself, with a pid file for each instance', async () => {
  const { 'config.ru': _, ...files } = rails('8.0')
  expect((await planOf('ruby', files)).processes).toEqual({
    web: 'bundle exec rails server -b "$BIND_ADDRESS" -p "$PORT" -P "tmp/pids/$PORT.pid"',
  })
})

test('JavaScript that Rails has built by package.json is told of', async () => {
  const files = {
    ...rails('8.0', 'propshaft', 'jsbundling-rails'),
    ...lockFor('8.0.1', 'propshaft', 'jsbundling-rails'),
    'app/assets/x.css': '',
  }
  expect((await planOf('ruby', files)).decisions).toContainEqual(
    expect.objectContaining({ key: 'ruby.rails.javascript', origin: 'jsbundling-rails' }),
  )
})
