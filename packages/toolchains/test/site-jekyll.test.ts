import { expect, test } from 'vitest'
import { planOf } from './plan-app.ts'

const gemfile = 'source "https://rubygems.org"\ngem "jekyll", "~> 4.3"\ngroup :jekyll_plugins do\n  gem "jekyll-feed"\nend\n'
const site = { '_config.yml': 'title: x\n', '_posts/2026-01-01-a.md': '', Gemfile: gemfile }

test('Jekyll is built with the gems of its Gemfile, for production', async () => {
  const plan = await planOf('site', { ...site, 'Gemfile.lock': 'GEM\n  specs:\n    jekyll (4.3.4)\n', '.ruby-version': '3.3.1\n' })
  expect(plan).toMatchObject({
    phases: {
      install: { cmds: ['bundle install'], outputs: ['vendor/bundle'] },
      build: {
        cmds: ['bundle exec jekyll build'],
        variables: { JEKYLL_ENV: 'production', BUNDLE_DEPLOYMENT: '1', BUNDLE_PATH: 'vendor/bundle' },
        outputs: ['_site'],
      },
    },
    processes: { static: '_site' },
    versions: { ruby: { version: '3.3.1', origin: '.ruby-version:1' } },
    warnings: [],
  })
  expect(plan.exclude).toEqual(expect.arrayContaining(['/_site', '/vendor/bundle', '/hop3.toml', '/Procfile']))
})

test('it runs with the gems of the host where it is told to, or has no Gemfile', async () => {
  const { phases } = await planOf('site', site, { options: { systemGems: true } })
  expect(phases['install']?.cmds?.[0]).toBe('bundle install --local')
  expect(phases['build']?.variables).toEqual({ JEKYLL_ENV: 'production', BUNDLE_WITHOUT: 'development:test' })
  const alone = await planOf('site', { '_config.yml': 'destination: ./out\n', '_layouts/default.html': '' })
  expect(alone).toMatchObject({ phases: { build: { cmds: ['jekyll build'] } }, processes: { static: 'out' } })
  expect(alone.phases).not.toHaveProperty('install')
  expect(alone.phases['setup']).toEqual({ cmds: [], aptPkgs: ['jekyll'] })
  expect(alone.decisions).toContainEqual({ key: 'processes.static', value: 'out', origin: '_config.yml:1' })
})

test.each([
  ['exclude: [README.md]\n', 'gem "github-pages"\n', ['_config.yml:1 leaves out vendor']],
  ['exclude: [README.md]\n', 'gem "jekyll", "~> 3.9"\n', ['_config.yml:1 leaves out vendor']],
  ['exclude: [vendor]\n', 'gem "github-pages"\n', []],
  ['exclude: [README.md]\n', gemfile, []],
  ['title: x\n', 'gem "github-pages"\n', []],
])('with %j and %j the gems are not taken for pages: %j', async (config, gems, expected) => {
  const { warnings } = await planOf('site', { '_config.yml': config, '_posts/a.md': '', Gemfile: gems })
  expect(warnings.flatMap((one) => /^\S+ leaves out vendor/.exec(one)?.[0] ?? [])).toEqual(expected)
})

test('a version of Ruby that another file excludes is an error', async () => {
  await expect(planOf('site', { ...site, '.ruby-version': '3.3.1\n', '.tool-versions': 'ruby 2.7.8\n' })).rejects.toMatchObject({
    code: 'config.ruby.version-conflict',
  })
})
