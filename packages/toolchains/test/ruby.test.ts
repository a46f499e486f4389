import { testToolchain } from '@hop3/testing'
import { describe, expect, test } from 'vitest'
import { planOf, toolchainNamed, verdictOf } from './plan-app.ts'

const gemfile = "source 'https://rubygems.org'\ngem 'puma', '~> 6.4'\ngem 'rack'\n"
const lockOf = (specs: string, dependencies: string, more = ''): string =>
  `GEM\n  remote: https://rubygems.org/\n  specs:\n${specs}\nPLATFORMS\n  x86_64-linux\n\nDEPENDENCIES\n${dependencies}\n${more}`
const lock = lockOf('    nio4r (2.7.0)\n    puma (6.4.2)\n      nio4r (~> 2.0)\n    rack (3.0.9)\n', '  puma (~> 6.4)\n  rack\n')
const rack = { Gemfile: gemfile, 'Gemfile.lock': lock, 'config.ru': 'run App\n' }

testToolchain({
  factory: toolchainNamed('ruby'),
  accepts: rack,
  rejects: { Gemfile: "gem 'fastlane'\n", 'package.json': '{ "scripts": { "start": "node ." } }' },
  contradicts: { ...rack, Gemfile: `${gemfile}ruby '3.3.0'\n`, '.ruby-version': '3.2.1\n' },
})

test('an app with a lock file is installed into vendor/bundle, frozen, by its manifests alone', async () => {
  const { phases, processes, runtime, exclude, warnings } = await planOf('ruby', rack)
  expect(phases['install']).toEqual({
    cmds: ['bundle install'],
    onlyIncludeFiles: ['Gemfile', 'Gemfile.lock'],
    variables: {
      BUNDLE_SILENCE_ROOT_WARNING: '1',
      BUNDLE_WITHOUT: 'development:test',
      BUNDLE_DEPLOYMENT: '1',
      BUNDLE_PATH: 'vendor/bundle',
      BUNDLE_GLOBAL_GEM_CACHE: '1',
      BUNDLE_JOBS: '4',
      BUNDLE_RETRY: '3',
    },
    cacheDirectories: ['~/.bundle/cache'],
    outputs: ['vendor/bundle'],
  })
  expect(phases['build']).toBeUndefined()
  expect(processes).toEqual({ web: 'bundle exec puma -b "tcp://$BIND_ADDRESS:$PORT"' })
  expect(runtime).toEqual({
    envVars: { BUNDLE_WITHOUT: 'development:test', BUNDLE_DEPLOYMENT: '1', RACK_ENV: 'production', MALLOC_ARENA_MAX: '2' },
    envPaths: { BUNDLE_PATH: 'vendor/bundle' },
  })
  expect(exclude).toEqual(['/.bundle', '/vendor/bundle', '/.hop3-tools'])
  expect(warnings).toEqual([])
})

test('without a lock file the install writes one, and it is warned of', async () => {
  const { phases, warnings } = await planOf('ruby', { Gemfile: gemfile, 'config.ru': '' })
  expect(phases['install']).toMatchObject({ outputs: ['vendor/bundle', 'Gemfile.lock'], onlyIncludeFiles: ['Gemfile'] })
  expect(phases['install']?.variables).not.toHaveProperty('BUNDLE_DEPLOYMENT')
  expect(warnings).toEqual([expect.stringContaining('There is no Gemfile.lock')])
})

test('the gems of the host are taken where that is asked for, and no compiler', async () => {
  const { phases, runtime, warnings } = await planOf('ruby', rack, { options: { 'system-gems': true } })
  expect(phases['install']).toEqual({
    cmds: ['bundle install --local', 'mkdir -p .hop3-tools && touch .hop3-tools/gems'],
    onlyIncludeFiles: ['Gemfile', 'Gemfile.lock'],
    variables: { BUNDLE_SILENCE_ROOT_WARNING: '1', BUNDLE_WITHOUT: 'development:test', BUNDLE_FROZEN: '1' },
    outputs: ['.hop3-tools/gems'],
  })
  expect(phases['setup']).toBeUndefined()
  expect(runtime.envPaths).toBeUndefined()
  expect(warnings).toEqual([])
})

describe('the install reads', () => {
  test('the specifications of gems in the source, files the Gemfile reads, and cached gems', async () => {
    const { phases } = await planOf('ruby', {
      Gemfile:
        "ruby file: '.ruby-version'\neval_gemfile 'gems/more.rb'\ngem 'billing', path: 'engines/billing'\npath 'libs' do\n  gem 'tax'\nend\n",
      'gems.rb': '',
      'gems/more.rb': '',
      '.ruby-version': '3.3.1\n',
      'engines/billing/billing.gemspec': '',
      'vendor/cache/rack-3.0.9.gem': '',
      'config.ru': '',
    })
    expect(phases['install']?.onlyIncludeFiles).toEqual([
      'Gemfile',
      '.ruby-version',
      'gems/more.rb',
      'vendor/cache',
      'engines/billing/*.gemspec',
      'engines/billing/lib/**/version.rb',
      'libs/*.gemspec',
      'libs/lib/**/version.rb',
    ])
  })

  test('credentials of private sources, by the names Bundler gives them', async () => {
    const files = {
      Gemfile: "source 'https://rubygems.org'\nsource 'https://gems.my-firm.example' do\n  gem 'secret'\nend\n",
      'app.rb': '',
    }
    expect((await planOf('ruby', files)).phases['install']?.secrets).toEqual(['BUNDLE_GEMS__MY___FIRM__EXAMPLE'])
  })
})

describe('the start of', () => {
  const withGem = (...names: string[]): Record<string, string> => ({
    Gemfile: names.map((name) => `gem '${name}'\n`).join(''),
    'config.ru': '',
  })
  test.each([
    ['unicorn', withGem('unicorn'), 'bundle exec unicorn -l "$BIND_ADDRESS:$PORT"'],
    ['falcon', withGem('falcon'), 'bundle exec falcon serve --bind "http://$BIND_ADDRESS:$PORT"'],
    ['thin', withGem('thin'), 'bundle exec thin start -a "$BIND_ADDRESS" -p "$PORT"'],
    ['rackup', withGem('rackup'), 'bundle exec rackup config.ru -o "$BIND_ADDRESS" -p "$PORT"'],
    ['rack 2', { ...withGem(), Gemfile: "gem 'rack', '~> 2.2'\n" }, 'bundle exec rackup config.ru -o "$BIND_ADDRESS" -p "$PORT"'],
    ['config.ru without a Gemfile', { 'config.ru': '' }, 'rackup config.ru -o "$BIND_ADDRESS" -p "$PORT"'],
    [
      'Sinatra in its classic style',
      { Gemfile: "gem 'sinatra'\n", 'app.rb': "# hello\nrequire 'sinatra'\n" },
      'bundle exec ruby app.rb -p "$PORT" -o "$BIND_ADDRESS"',
    ],
    ['Sinatra in a comment', { Gemfile: "gem 'webrick'\n", 'app.rb': "# require 'sinatra'\n" }, 'bundle exec ruby app.rb'],
    ['a script without a Gemfile', { 'server.rb': '' }, 'ruby server.rb'],
    ['the only script there is', { Gemfile: "gem 'webrick'\n", 'echo.rb': '' }, 'bundle exec ruby echo.rb'],
    ['the script of the name of the app', { Gemfile: '', 'shop.rb': '', 'other.rb': '' }, 'bundle exec ruby shop.rb'],
    ['gems.rb', { 'gems.rb': "gem 'puma'\n", 'config.ru': '' }, 'bundle exec puma -b "tcp://$BIND_ADDRESS:$PORT"'],
  ])('%s', async (_what, files, command) => {
    expect((await planOf('ruby', files)).processes).toEqual({ web: command })
  })

  test('a script that is named', async () => {
    const files = { Gemfile: '', 'app.rb': '', 'bin/my serve.rb': '' }
    expect((await planOf('ruby', files, { options: { script: 'bin/my serve.rb' } })).processes).toEqual({
      web: "bundle exec ruby 'bin/my serve.rb'",
    })
    await expect(planOf('ruby', files, { options: { script: 'gone.rb' } })).rejects.toMatchObject({ code: 'config.ruby.script' })
  })

  test('nothing is said, with the line to write', async () => {
    const noServer = await planOf('ruby', { Gemfile: "gem 'rack'\n", 'config.ru': '' })
    expect(noServer).toMatchObject({ processes: {}, warnings: [expect.anything(), expect.stringContaining('add gem "puma"')] })
    const noScript = await planOf('ruby', { Gemfile: '', 'Gemfile.lock': '' })
    expect(noScript).toMatchObject({ processes: {}, warnings: [expect.stringContaining('web: bundle exec ruby your_file.rb')] })
  })
})

describe('gems are known by their exact names', () => {
  const apt = async (files: Record<string, string>): Promise<unknown> =>
    (await planOf('ruby', { 'config.ru': '', ...files })).phases['setup']?.aptPkgs

  test.each([
    ['pg', "gem 'pg'\n", ['build-essential', 'libpq-dev']],
    ['a name with pg in it', "gem 'jpg_tools'\ngem 'pghero'\n", undefined],
    ['a comment', "# gem 'pg'\ngem 'rack' # instead of gem 'pg'\n=begin\ngem 'mysql2'\n=end\n", undefined],
    ['a gem of the tests', "gem 'rack'\ngroup :test do\n  gem 'pg'\nend\ngem 'mysql2', group: :development\n", undefined],
    ['a gem of tests and of production', "group :test, :production do\n  gem 'pg'\nend\n", ['build-essential', 'libpq-dev']],
    ['a list that goes on', "gem 'pg',\n    '~> 1.5',\n    groups: [:development,\n             :test]\n", undefined],
    [
      'blocks in blocks',
      "group :test do\n  if ENV['X']\n    gem 'x'\n  end\n  gem 'pg'\nend\ngem 'mysql2'\n",
      ['build-essential', 'default-libmysqlclient-dev'],
    ],
  ])('%s', async (_what, text, packages) => {
    expect(await apt({ Gemfile: text })).toEqual(packages)
  })

  test('and by what they bring along, unless their lock file has them compiled', async () => {
    const specs = (platform: string): string =>
      `    nokogiri (1.16.0${platform})\n      racc (~> 1.4)\n    racc (1.7.3)\n    roo (2.10.0)\n      nokogiri (~> 1)\n`
    const Gemfile = "gem 'roo'\n"
    expect(await apt({ Gemfile, 'Gemfile.lock': lockOf(specs(''), '  roo\n') })).toEqual(['build-essential', 'libxml2-dev', 'libxslt1-dev'])
    expect(await apt({ Gemfile, 'Gemfile.lock': lockOf(specs('-x86_64-linux'), '  roo\n') })).toBeUndefined()
  })
})

describe('the version', () => {
  const ruby = (text: string): Record<string, string> => ({ ...rack, Gemfile: `${gemfile}ruby ${text}\n` })
  test.each([
    ['the Gemfile', ruby("'3.3.1'"), '3.3.1', 'Gemfile:4'],
    ['.ruby-version', { ...rack, '.ruby-version': 'ruby-3.2.4\n' }, '3.2.4', '.ruby-version:1'],
    ['.tool-versions', { ...rack, '.tool-versions': 'nodejs 22.1.0\nruby 3.4.2\n' }, '3.4.2', '.tool-versions:2'],
    ['another engine', { ...rack, '.ruby-version': 'jruby-9.4.5.0\n' }, 'jruby-9.4.5.0', '.ruby-version:1'],
    ['a range and a file', { ...ruby("'>= 3.1', '< 3.5'"), '.ruby-version': '3.4' }, '3.4', '.ruby-version:1'],
    ['a range alone', ruby('"~> 3.2"'), '>=3.2 <4', 'Gemfile:4'],
    ['a narrow range', ruby('"~> 3.2.1", "!= 3.2.3"'), '>=3.2.1 <3.3', 'Gemfile:4'],
    ['the lock file', { ...rack, 'Gemfile.lock': `${lock}RUBY VERSION\n   ruby 3.1.2p20\n` }, '3.1.2', 'Gemfile.lock:17'],
  ])('of %s', async (_what, files, version, origin) => {
    expect((await planOf('ruby', files)).versions).toEqual({ ruby: { version, origin } })
  })

  test('of Bundler is said', async () => {
    const { decisions } = await planOf('ruby', { ...rack, 'Gemfile.lock': `${lock}BUNDLED WITH\n   2.4.10\n` })
    expect(decisions).toContainEqual({ key: 'ruby.bundler', value: '2.4.10', origin: 'Gemfile.lock:17' })
  })

  test.each([
    [
      { ...ruby("'~> 3.3'"), '.ruby-version': '3.2.1' },
      'config.ruby.version-conflict',
      '.ruby-version:1 asks for ruby "3.2.1", but Gemfile:4 allows only',
    ],
    [
      { ...ruby("'3.3.0'"), '.ruby-version': '3.2.1' },
      'config.ruby.version-conflict',
      'Gemfile:4 asks for ruby "3.3.0", .ruby-version:1 for "3.2.1".',
    ],
    [{ ...rack, '.ruby-version': 'newest' }, 'config.ruby.version', '.ruby-version:1 asks for Ruby "newest"'],
  ])('that cannot be is an error', async (files, code, message) => {
    await expect(planOf('ruby', files)).rejects.toMatchObject({ code, message: expect.stringContaining(message) })
  })
})

test.each([
  ['a Gemfile for the tools of an app for phones', { Gemfile: "gem 'cocoapods'\n", Podfile: '' }, 'Podfile says what the app is'],
  ['a script beside a page', { 'index.html': '', 'resize.rb': '' }, 'no Gemfile, gems.rb or config.ru'],
])('%s is refused', async (_what, files, reason) => {
  expect(await verdictOf('ruby', files)).toMatchObject({ accepted: false, reason: expect.stringContaining(reason) })
})

test("a developer's own settings of Bundler are left out, and it is said", async () => {
  const { exclude, warnings } = await planOf('ruby', { ...rack, '.bundle/config': 'BUNDLE_PATH: "elsewhere"\n' })
  expect(exclude).toContain('/.bundle')
  expect(warnings).toEqual([expect.stringContaining('.bundle/config is not used')])
})
