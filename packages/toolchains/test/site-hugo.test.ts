import { expect, test } from 'vitest'
import { planOf } from './plan-app.ts'

const plan = (files: Readonly<Record<string, string>>, change: Parameters<typeof planOf>[2] = {}) => planOf('site', files, change)

test('Hugo builds for production, and keeps what it has fetched', async () => {
  const { phases, processes, versions, warnings } = await plan({ 'hugo.toml': "baseURL = 'https://blog.example.net/'\n" })
  expect({ phases, processes, versions, warnings }).toEqual({
    phases: {
      build: {
        cmds: ['hugo --gc --minify'],
        cacheDirectories: ['~/.cache/hugo_cache', 'resources/_gen'],
        variables: { HUGO_ENVIRONMENT: 'production', HUGO_ENV: 'production' },
        outputs: ['public'],
      },
    },
    processes: { static: 'public' },
    versions: {},
    warnings: [],
  })
})

test.each([
  [{ 'hugo.toml': 'title = "x"\npublishDir = "out/www/"\n' }, 'out/www', 'hugo.toml:2'],
  [{ 'hugo.yaml': 'publishdir: dist\n' }, 'dist', 'hugo.yaml:1'],
  [{ 'hugo.json': '{\n  "publishDir": "dist"\n}' }, 'dist', 'hugo.json:2'],
  [{ 'hugo.toml': 'publishDir = "a"\n', 'config/_default/hugo.toml': 'publishDir = "b"\n' }, 'b', 'config/_default/hugo.toml:1'],
  [{ 'hugo.toml': '' }, 'public', 'Hugo'],
])('%j is written to %s', async (files, directory, origin) => {
  const { processes, decisions } = await plan(files)
  expect(processes).toEqual({ static: directory })
  expect(decisions).toContainEqual({ key: 'processes.static', value: directory, origin })
})

const netlify = '[build.environment]\nHUGO_VERSION = "0.139.0"\n[context.deploy-preview.environment]\nHUGO_VERSION = "0.100.0"\n'

test.each([
  [{ 'hugo.toml': '' }, {}, undefined],
  [{ 'hugo.toml': '', 'netlify.toml': netlify }, {}, { version: '0.139.0', origin: 'netlify.toml:2' }],
  [{ 'hugo.toml': '', '.tool-versions': 'hugo extended_0.140.1\n' }, {}, { version: '0.140.1', origin: '.tool-versions:1' }],
  [{ 'hugo.toml': '', 'netlify.toml': netlify }, { version: 'v0.150.0' }, { version: '0.150.0', origin: 'hop3.toml [build.site] version' }],
  [
    { 'hugo.toml': '[module]\n[module.hugoVersion]\nextended = true\nmin = "0.146.0"\n' },
    {},
    { version: '>=0.146.0', origin: 'hugo.toml:4' },
  ],
  [
    { 'hugo.toml': 'theme = "paper"\n', 'themes/paper/theme.toml': 'name = "Paper"\nmin_version = "0.116"\n' },
    {},
    { version: '>=0.116', origin: 'themes/paper/theme.toml:2' },
  ],
])('%j with %j asks for Hugo %j', async (files, options, version) => {
  expect((await plan(files, { options })).versions['hugo']).toEqual(version)
})

test('a version that another file or the theme excludes is an error', async () => {
  const files = { 'hugo.toml': 'theme = "paper"\n', 'themes/paper/theme.toml': 'min_version = "0.146.0"\n', 'netlify.toml': netlify }
  await expect(plan(files)).rejects.toMatchObject({
    code: 'config.hugo.version-conflict',
    message: 'netlify.toml:2 asks for hugo "0.139.0", but themes/paper/theme.toml:1 allows only ">=0.146.0".',
  })
  await expect(plan({ 'hugo.toml': '', 'netlify.toml': netlify, '.tool-versions': 'hugo 0.150.0\n' })).rejects.toMatchObject({
    code: 'config.hugo.version-conflict',
  })
})

test('the theme of a submodule that was not fetched is named', async () => {
  const modules = '[submodule "themes/ananke"]\n\tpath = themes/ananke\n\turl = https://example.net/ananke.git\n'
  await expect(plan({ 'hugo.toml': 'title = "x"\ntheme = ["ananke"]\n', '.gitmodules': modules })).rejects.toMatchObject({
    code: 'config.site.theme',
    message:
      'hugo.toml:2 names the theme "ananke", but themes/ananke is empty: it is a git submodule (.gitmodules:2) that was not fetched.',
    hint: 'Fetch it, then deploy again: `git submodule update --init --recursive`.',
  })
})

test.each(['theme = "gone"\n', 'theme = "github.com/x/y"\n', 'theme = 3\n'])('%j is left to Hugo', async (text) => {
  expect((await plan({ 'hugo.toml': text })).processes).toEqual({ static: 'public' })
})

test.each([
  [{ dependencies: { 'postcss-cli': '11' } }, ['hugo --gc --minify'], {}],
  [{ devDependencies: { pagefind: '1' }, scripts: { build: 'hugo && pagefind --site public' } }, ['npm run build'], {}],
  [
    { devDependencies: { tailwindcss: '4' }, scripts: { build: 'tailwindcss -o static/a.css' } },
    ['npm run build', 'hugo --gc --minify'],
    {},
  ],
  [
    { devDependencies: { 'hugo-extended': '0.139.0' }, scripts: { start: 'hugo server' } },
    ['hugo --gc --minify'],
    { 'netlify.toml': netlify },
  ],
])('package.json %j beside it: %j', async (manifest, cmds, others) => {
  const { phases, versions } = await plan({
    'hugo.toml': '',
    'package.json': JSON.stringify(manifest),
    'package-lock.json': '{}',
    ...others,
  })
  expect(phases['build']?.cmds).toEqual(cmds)
  expect(phases['install']).toMatchObject({ cmds: ['npm ci'], outputs: ['node_modules'], paths: ['node_modules/.bin'] })
  expect(versions).not.toHaveProperty('hugo')
})

test('what cannot be known of git and where absolute links lead is said', async () => {
  const { phases, warnings } = await plan({
    'hugo.toml': "baseURL = 'https://example.org/'\nenableGitInfo = true\n",
    'go.mod': 'module x\n',
  })
  expect(phases['build']).toMatchObject({ variables: { HUGO_ENABLEGITINFO: 'false' }, aptPkgs: ['golang-go'] })
  expect(warnings).toEqual([
    expect.stringContaining('hugo.toml:2 asks for the git history'),
    expect.stringContaining('hugo.toml:1 says baseURL = "https://example.org/"'),
    expect.stringContaining('`hugo mod vendor`'),
  ])
})

test('Zola and mdBook write where their configuration says, in the version asked for', async () => {
  const zola = { 'config.toml': 'base_url = "/"\noutput_dir = "www"\n', 'content/_index.md': '', '.tool-versions': 'zola 0.20.0\n' }
  expect(await plan(zola)).toMatchObject({
    phases: { build: { cmds: ['zola build'], outputs: ['www'] } },
    processes: { static: 'www' },
    versions: { zola: { version: '0.20.0', origin: '.tool-versions:1' } },
  })
  expect(await plan({ 'book.toml': '[build]\nbuild-dir = "out"\n' })).toMatchObject({ processes: { static: 'out' } })
  expect(await plan({ 'book.toml': '[output.html]\n[output.linkcheck]\n' })).toMatchObject({
    phases: { build: { cmds: ['mdbook build'] } },
    processes: { static: 'book/html' },
  })
})
