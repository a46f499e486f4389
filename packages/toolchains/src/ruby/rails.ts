/** What a Rails app adds: assets, its database, where it may fail. Text is searched; no Ruby runs. */
import type { Decision, ToolchainContext } from '@hop3/core'
import { withoutComments } from '../code-lines.ts'
import type { RubyOptions } from './options.ts'
import { gemVersion } from './ruby-app.ts'
import type { RubyApp } from './ruby-app.ts'
import { railsAssets } from './rails-assets.ts'
import type { RailsAssets } from './rails-assets.ts'
import { rubyDatabase } from './rails-database.ts'

export interface RailsFacts {
  readonly build: readonly string[]
  readonly buildVariables: Readonly<Record<string, string>>
  readonly secrets: readonly string[]
  readonly cacheDirectories: readonly string[]
  readonly beforeRun: readonly string[]
  readonly healthcheckPath?: string
  readonly assets: RailsAssets | undefined
  readonly decisions: readonly Decision[]
  readonly warnings: readonly string[]
}

export const railsVariables = { RAILS_ENV: 'production', RACK_ENV: 'production' } as const

/** For an app whose config/application.rb is Rails'. */
export async function readRails(app: RubyApp, context: ToolchainContext, options: RubyOptions): Promise<RailsFacts> {
  const { source } = context
  const application = withoutComments((await source.readText('config/application.rb')) ?? '')
  const production = withoutComments((await source.readText('config/environments/production.rb')) ?? '')
  const assets = options.assets === false ? undefined : await railsAssets(app, application)
  const database = await rubyDatabase(app, application, options)
  const [major, minor] = gemVersion(app, 'rails') ?? gemVersion(app, 'railties') ?? [0, 0]
  const hasDummy = major > 7 || (major === 7 && minor >= 1)
  return {
    // Servers write their pid files there, and an empty directory is in no repository.
    build: ['mkdir -p tmp/pids tmp/cache log', ...(assets === undefined ? [] : ['bundle exec rails assets:precompile'])],
    buildVariables: {
      ...railsVariables,
      ...assets?.variables,
      ...(assets !== undefined && (hasDummy ? { SECRET_KEY_BASE_DUMMY: '1' } : { SECRET_KEY_BASE: 'only-for-building' })),
    },
    secrets: assets !== undefined && /^[ \t]*config\.require_master_key\s*=\s*true/m.test(production) ? ['RAILS_MASTER_KEY'] : [],
    cacheDirectories: assets === undefined ? [] : ['tmp/cache/assets'],
    beforeRun: database.beforeRun,
    assets,
    ...((await hasHealthRoute(source)) && !/^[ \t]*config\.hosts\b/m.test(production) && { healthcheckPath: '/up' }),
    decisions: [
      {
        key: 'ruby.rails.assets',
        value: assets === undefined ? 'not precompiled: no asset pipeline is loaded, or app/assets is missing' : 'rails assets:precompile',
        origin: assets?.pipeline ?? (options.assets === false ? 'hop3.toml [build.ruby] assets' : 'config/application.rb'),
      },
      ...(assets?.bundler === undefined
        ? []
        : [
            {
              key: 'ruby.rails.javascript',
              value: 'made by package.json, so Node.js has to be there',
              origin: assets.bundler,
            },
          ]),
      ...database.decisions,
    ],
    warnings: [...(await secretWarnings(context)), ...database.warnings],
  }
}

async function hasHealthRoute(source: RubyApp['source']): Promise<boolean> {
  return /["']?\bup["']?\s*(?:=>|,\s*to:)\s*["']rails\/health#show["']/.test(
    withoutComments((await source.readText('config/routes.rb')) ?? ''),
  )
}

/** Rails refuses to start without a secret. Values set by `hop3 env set` are not known while planning. */
async function secretWarnings({ source, envNames = [] }: ToolchainContext): Promise<readonly string[]> {
  if (['SECRET_KEY_BASE', 'RAILS_MASTER_KEY'].some((name) => envNames.includes(name))) return []
  const key = (await source.hasFile('config/credentials.yml.enc')) ? ', or the RAILS_MASTER_KEY of its credentials by `hop3 env set`' : ''
  return [
    `Rails starts in production only with a secret: SECRET_KEY_BASE = { generate = "hex", length = 128 } under [env] in hop3.toml makes one${key}.`,
  ]
}
