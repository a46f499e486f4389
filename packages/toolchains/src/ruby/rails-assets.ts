/** What makes a Rails app's assets, and what of it is Node's. */
import { tableAt } from '../value-at.ts'
import type { RubyApp } from './ruby-app.ts'

export interface RailsAssets {
  /** The gem that brings the task `assets:precompile`. */
  readonly pipeline: string
  /** The task writes into public/assets. */
  readonly isRails: boolean
  /** Scripts of package.json that the task would run itself, with the manager it finds on the host. */
  readonly scripts: readonly string[]
  /** The gem that needs what package.json lists. */
  readonly bundler?: string
  /** Tells the task what is done already. */
  readonly variables: Readonly<Record<string, string>>
}

/** Gems that leave the build to package.json, by the script, and how each is told that it has run. */
const bundlers: readonly { readonly gem: string; readonly script: string; readonly skip: string }[] = [
  { gem: 'jsbundling-rails', script: 'build', skip: 'SKIP_JS_BUILD' },
  { gem: 'cssbundling-rails', script: 'build:css', skip: 'SKIP_CSS_BUILD' },
]
/** Gems that bring the task where Rails does not, and run a bundler of their own choice. */
const builders = ['vite_rails', 'shakapacker', 'webpacker']

/** Undefined where the task would not be there, as in an app made by `rails new --api`. `application`: config/application.rb. */
export async function railsAssets(app: RubyApp, application: string): Promise<RailsAssets | undefined> {
  const own = await railsPipeline(app, application)
  const builder = builders.find((name) => app.gems.has(name))
  const pipeline = own ?? builder
  if (pipeline === undefined) return undefined
  const scripts = await packageScripts(app)
  const run = own === undefined ? [] : bundlers.filter(({ gem, script }) => app.gems.has(gem) && scripts.includes(script))
  const bundler = (own === undefined ? undefined : bundlers.find(({ gem }) => app.gems.has(gem))?.gem) ?? builder
  return {
    pipeline,
    isRails: own !== undefined,
    scripts: run.map(({ script }) => script),
    ...(bundler !== undefined && { bundler }),
    variables: {
      ...Object.fromEntries(run.map(({ skip }) => [skip, '1'])),
      ...(builder === 'vite_rails' && { VITE_RUBY_SKIP_ASSETS_PRECOMPILE_INSTALL: 'true' }),
    },
  }
}

async function railsPipeline(app: RubyApp, application: string): Promise<string | undefined> {
  if (!(await app.source.hasDirectory('app/assets'))) return undefined
  if (app.gems.has('propshaft')) return 'propshaft'
  const isLoaded = /require\s+["'](?:rails\/all|sprockets\/railtie)["']/.test(application)
  const sprockets = ['sprockets-rails', 'sprockets'].find((name) => app.gems.has(name))
  return sprockets !== undefined && (isLoaded || app.declares('sprockets-rails')) ? sprockets : undefined
}

async function packageScripts({ source, names }: RubyApp): Promise<readonly string[]> {
  return names.includes('package.json') ? Object.keys(tableAt(await source.readJson('package.json'), 'scripts') ?? {}) : []
}
