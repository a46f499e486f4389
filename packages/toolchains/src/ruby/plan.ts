import { hop3Error } from '@hop3/core'
import type { Decision, ToolchainContext, ToolchainPlan } from '@hop3/core'
import { fetchedDirectory } from '../fetched.ts'
import { assetsOf, withAssets } from '../node/assets.ts'
import type { Assets } from '../node/assets.ts'
import { readOptions } from '../read-options.ts'
import { bundlePath, bundleSettings, installPhase } from './install.ts'
import { rubyOptions } from './options.ts'
import type { RubyOptions } from './options.ts'
import { railsVariables, readRails } from './rails.ts'
import type { RailsFacts } from './rails.ts'
import { readRubyApp } from './ruby-app.ts'
import type { RubyApp } from './ruby-app.ts'
import { findStart, isRails } from './start.ts'
import type { Start } from './start.ts'
import { systemLibraries } from './system-libraries.ts'
import { chooseRuby } from './version.ts'

/** Throws `config.ruby.nothing`, `.script`, `.version`, `.version-conflict` and what an option has wrong. */
export async function planRuby(context: ToolchainContext): Promise<ToolchainPlan> {
  const options: RubyOptions = await readOptions(context, 'ruby', rubyOptions)
  const app = await readRubyApp(context.source, options.without)
  const start = await findStart(app, { appName: context.appName, isAlone: true, options })
  if (start === undefined && app.files === undefined) throw nothingToRun()
  const ruby = await chooseRuby(app, context, options)
  const rails = (await isRails(app)) ? await readRails(app, context, options) : undefined
  const install = await installPhase(app, options)
  const aptPkgs = options.systemGems === true ? [] : systemLibraries(app)
  const settings = bundleSettings(app, options)
  const hasBundle = install !== undefined && options.systemGems !== true
  const startWarnings = start === undefined ? [noStart(app)] : []
  const plan: ToolchainPlan = {
    kind: 'ruby',
    phases: {
      ...(aptPkgs.length > 0 && { setup: { cmds: [], aptPkgs: [...aptPkgs] } }),
      ...(install && { install }),
      ...(rails && { build: buildPhase(rails, { ...settings, ...(hasBundle && { BUNDLE_PATH: bundlePath }) }) }),
    },
    processes: start === undefined ? {} : { web: start.command },
    versions: { ...(ruby && { ruby }) },
    // What a developer's Bundler keeps for itself would overrule what is said here.
    exclude: ['/.bundle', '/vendor/bundle', fetchedDirectory],
    runtime: {
      envVars: { ...settings, ...runtimeVariables(app, rails) },
      ...(hasBundle && { envPaths: { BUNDLE_PATH: bundlePath } }),
      ...(rails?.assets?.isRails === true && { staticPaths: { '/assets/': 'public/assets/' } }),
      ...(rails?.healthcheckPath !== undefined && { healthcheckPath: rails.healthcheckPath }),
      ...(rails !== undefined && rails.beforeRun.length > 0 && { beforeRun: [...rails.beforeRun] }),
    },
    decisions: [...decisionsOf(app, options, start), ...(rails?.decisions ?? [])],
    warnings: [...(await warningsOf(app, options)), ...startWarnings, ...(rails?.warnings ?? [])],
    startWarnings,
  }
  // Somebody who names toolchains names them all.
  return context.named || options.assets === false ? plan : withAssets(plan, await assetsFor(context, rails), 'build')
}

/** Gems that bundle run no more than these scripts; without one, package.json has its own say. */
async function assetsFor(context: ToolchainContext, rails: RailsFacts | undefined): Promise<Assets | undefined> {
  const { bundler, scripts = [] } = rails?.assets ?? {}
  if (bundler === undefined) return assetsOf(context, { scripts: [['build']] })
  return assetsOf(context, { scripts: scripts.map((name) => [name]), isInstalled: true })
}

/** It runs every time: what precompiling writes is known to the app's own configuration only. */
function buildPhase(rails: RailsFacts, settings: Readonly<Record<string, string>>): ToolchainPlan['phases'][string] {
  return {
    cmds: [...rails.build],
    variables: { ...settings, ...rails.buildVariables },
    ...(rails.cacheDirectories.length > 0 && { cacheDirectories: [...rails.cacheDirectories] }),
    ...(rails.secrets.length > 0 && { secrets: [...rails.secrets] }),
  }
}

function runtimeVariables(app: RubyApp, rails: RailsFacts | undefined): Readonly<Record<string, string>> {
  const always = { RACK_ENV: 'production', MALLOC_ARENA_MAX: '2' }
  if (rails !== undefined) return { ...always, ...railsVariables, RAILS_LOG_TO_STDOUT: '1', RAILS_SERVE_STATIC_FILES: '1' }
  return app.gems.has('sinatra') ? { ...always, APP_ENV: 'production' } : always
}

function decisionsOf(app: RubyApp, { systemGems }: RubyOptions, start: Start | undefined): readonly Decision[] {
  const { files, lock } = app
  const gems = systemGems === true ? 'those of the host' : bundlePath
  return [
    ...(files === undefined ? [] : [{ key: 'ruby.gems', value: gems, origin: lock === undefined ? files.gemfile : files.lock }]),
    // Since 2.3, Bundler installs and runs the version that wrote the lock file by itself.
    ...(lock?.bundler === undefined ? [] : [{ key: 'ruby.bundler', value: lock.bundler.version, origin: lock.bundler.origin }]),
    ...(start === undefined ? [] : [{ key: 'processes.web', value: start.command, origin: start.origin }]),
  ]
}

async function warningsOf(app: RubyApp, { systemGems }: RubyOptions): Promise<readonly string[]> {
  const { files, lock, names } = app
  const hasSettings = names.includes('.bundle') && (await app.source.hasFile('.bundle/config'))
  return [
    ...(files !== undefined && lock === undefined && systemGems !== true
      ? [`There is no ${files.lock}: two builds may install different gems. Run \`bundle lock\` and add what it writes.`]
      : []),
    ...(hasSettings ? ['.bundle/config is not used: Bundler is told by variables, which [env] in hop3.toml adds to.'] : []),
  ]
}

function noStart({ names }: RubyApp): string {
  if (names.includes('config.ru')) return 'config.ru has no server among the gems to serve it: add gem "puma" to the Gemfile.'
  return 'No start command found: no config.ru and no app.rb or main.rb. Write one into Procfile: `web: bundle exec ruby your_file.rb`.'
}

function nothingToRun(): Error {
  return hop3Error('config.ruby.nothing', 'The ruby toolchain was asked for, but there is no Gemfile, no config.ru and no one script.', {
    hint: 'Run `bundle init`, name the script under [build.ruby] in hop3.toml: script = "server.rb", or remove ruby from [build] toolchains.',
  })
}
