/** Jekyll: _config.yml, with a Gemfile or without. */
import { originOf } from '../origin.ts'
import { bundlePath, bundleSettings, installPhase } from '../ruby/install.ts'
import { gemVersion, readRubyApp } from '../ruby/ruby-app.ts'
import type { RubyApp } from '../ruby/ruby-app.ts'
import { chooseRuby } from '../ruby/version.ts'
import { textsAt, valueAt } from '../value-at.ts'
import { configuredOutput } from './by-file.ts'
import type { Generator, Signs, SitePlan, SiteRequest, SiteSource } from './generator.ts'

const configurations = ['_config.yml', '_config.yaml', '_config.toml']
const gems = ['jekyll', 'github-pages']

export const jekyll: Generator = { name: 'jekyll', title: 'Jekyll', find, plan: planJekyll }

/** Hexo and Jupyter Book have a `_config.yml`, too, and so has many a repository that is no site: GitHub makes one of its README. */
async function find(site: SiteSource): Promise<Signs | undefined> {
  const { source, names } = site
  const evidence = configurations.find((name) => names.includes(name))
  if (evidence === undefined || names.includes('_toc.yml')) return undefined
  if (names.includes('Gemfile')) {
    const app = await readRubyApp(source)
    if (gems.some((gem) => app.declares(gem) || app.gems.has(gem))) return { evidence }
    return undefined
  }
  if (names.includes('scaffolds') && names.includes('package.json')) return undefined
  if (['_posts', '_layouts', '_includes'].some((name) => names.includes(name))) return { evidence }
  const isPage = ['index.md', 'index.markdown'].some((name) => names.includes(name))
  return isPage ? { evidence, isPart: true } : undefined
}

async function planJekyll(request: SiteRequest): Promise<SitePlan> {
  const { source, context, options } = request
  const file = request.signs?.evidence ?? '_config.yml'
  const text = await source.readText(file)
  const data = await (file.endsWith('.toml') ? source.readToml(file) : source.readYaml(file))
  const rubyOptions = { ...(options.systemGems !== undefined && { systemGems: options.systemGems }) }
  const app = await readRubyApp(source)
  const ruby = await chooseRuby(app, context, rubyOptions)
  const install = await installPhase(app, rubyOptions)
  const isFetched = install !== undefined && options.systemGems !== true
  const settings = install === undefined ? {} : bundleSettings(app, rubyOptions)
  return {
    output: await configuredOutput(request, { file, data, at: ['destination'], usual: '_site', title: 'Jekyll' }),
    command: install === undefined ? 'jekyll build' : 'bundle exec jekyll build',
    phases: install === undefined ? { setup: { cmds: [], aptPkgs: ['jekyll'] } } : { install },
    build: { variables: { JEKYLL_ENV: 'production', ...settings, ...(isFetched && { BUNDLE_PATH: bundlePath }) } },
    versions: ruby === undefined ? {} : { ruby },
    // Jekyll publishes whatever file it does not know.
    exclude: ['/.bundle', '/vendor/bundle', '/.jekyll-cache', '/.sass-cache', '/Procfile'],
    runtime: { envVars: settings, ...(isFetched && { envPaths: { BUNDLE_PATH: bundlePath } }) },
    decisions:
      install === undefined ? [] : [{ key: 'ruby.gems', value: isFetched ? bundlePath : 'those of the host', origin: gemsOrigin(app) }],
    warnings: warningsOf(app, data, { isFetched, origin: originOf(file, text, /^exclude\s*:/m) }),
  }
}

function gemsOrigin({ files, lock }: RubyApp): string {
  return (lock === undefined ? files?.gemfile : files?.lock) ?? 'Gemfile'
}

function warningsOf(
  app: RubyApp,
  data: unknown,
  { isFetched, origin }: { readonly isFetched: boolean; readonly origin: string },
): readonly string[] {
  const [major] = gemVersion(app, 'jekyll') ?? (app.gems.has('github-pages') ? [3] : [4])
  const excluded = textsAt(data, 'exclude')
  // Until Jekyll 4 a list of one's own took the place of the usual one.
  const isRead = isFetched && major < 4 && valueAt(data, 'exclude') !== undefined && !excluded.some((one) => /^vendor\b/.test(one))
  return [
    ...(isFetched && app.lock === undefined
      ? ['There is no Gemfile.lock: two builds may install different gems. Run `bundle lock` and add what it writes.']
      : []),
    ...(isRead ? [`${origin} leaves out vendor, where the gems are: Jekyll 3 takes them for pages. Add \`- vendor\` to the list.`] : []),
  ]
}
