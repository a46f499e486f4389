import { testToolchain } from '@hop3/testing'
import { expect, test } from 'vitest'
import { planOf, toolchainNamed, verdictOf } from './plan-app.ts'

testToolchain({
  factory: toolchainNamed('site'),
  accepts: { 'hugo.toml': 'title = "Blog"\n', 'content/_index.md': '' },
  rejects: { 'package.json': '{ "scripts": { "start": "node server.js" } }', 'server.js': '' },
  contradicts: { 'hugo.toml': 'publishDir = "../elsewhere"\n' },
})

const conf = 'project = "Shop"\nextensions = []\n'

test.each([
  ['hugo', 'hugo.yaml', { 'hugo.yaml': 'title: Blog\n' }],
  ['hugo', 'config.toml', { 'config.toml': "baseURL = 'https://blog.example.net/'\n", 'content/a.md': '' }],
  ['hugo', 'config/_default/hugo.toml', { 'config/_default/hugo.toml': '', 'config/production/hugo.toml': '' }],
  ['hugo', 'hugo.toml', { 'hugo.toml': '', 'go.mod': 'module blog\n', 'public/index.html': '' }],
  [
    'zola',
    'config.toml',
    { 'config.toml': 'base_url = "https://blog.example.net"\n', 'content/_index.md': '', 'templates/index.html': '' },
  ],
  ['jekyll', '_config.yml', { '_config.yml': 'title: x\n', '_posts/a.md': '' }],
  ['jekyll', '_config.yml', { '_config.yml': 'title: x\n', Gemfile: 'gem "github-pages", group: :jekyll_plugins\n' }],
  ['jekyll', '_config.yml', { '_config.yml': 'theme: jekyll-theme-minimal\n', 'index.md': '' }],
  ['mkdocs', 'mkdocs.yml', { 'mkdocs.yml': 'site_name: x\n', 'docs/index.md': '' }],
  ['mkdocs', 'mkdocs.yml', { 'mkdocs.yml': '', 'requirements.txt': 'mkdocs==1.6.1\n' }],
  ['mkdocs', 'mkdocs.yml', { 'mkdocs.yml': '', 'pyproject.toml': '[project]\nname = "library"\n', 'src/library/__init__.py': '' }],
  ['zensical', 'zensical.toml', { 'zensical.toml': '[project]\nsite_name = "x"\n', 'mkdocs.yml': '' }],
  ['sphinx', 'conf.py', { 'conf.py': conf, 'index.rst': '' }],
  ['sphinx', 'source/conf.py', { 'source/conf.py': conf, Makefile: 'SPHINXBUILD ?= sphinx-build\n' }],
  ['sphinx', 'docs/conf.py', { 'docs/conf.py': conf, 'docs/requirements.txt': 'sphinx\n' }],
  [
    'sphinx',
    'documentation/conf.py',
    { 'documentation/conf.py': conf, '.readthedocs.yaml': 'sphinx:\n  configuration: documentation/conf.py\n' },
  ],
  ['mdbook', 'book.toml', { 'book.toml': '[book]\ntitle = "x"\n', 'src/SUMMARY.md': '' }],
  ['pelican', 'publishconf.py', { 'pelicanconf.py': '', 'publishconf.py': '', 'content/a.md': '' }],
])('%s makes a site of %s in %j', async (generator, evidence, files) => {
  expect(await verdictOf('site', files)).toMatchObject({ accepted: true, evidence: [evidence] })
  const plan = await planOf('site', files)
  expect(plan).toMatchObject({ kind: 'static', processes: { static: expect.any(String) } })
  expect(plan.decisions).toContainEqual({ key: 'site.generator', value: generator, origin: evidence })
  expect(plan.phases['build']?.outputs).toEqual([plan.processes['static']])
  const others = await Promise.all(
    ['python', 'node', 'ruby', 'static', 'go'].map(async (name) => ({ name, ...(await verdictOf(name, files)) })),
  )
  expect(others.filter(({ accepted }) => accepted)).toEqual([])
})

test.each([
  [{}, 'no configuration of a generator'],
  [{ 'config.toml': 'title = "x"\n' }, 'no configuration of a generator'],
  [{ 'config.toml': '[server]\nport = 1\n', 'content/a.md': '' }, 'no configuration of a generator'],
  [{ '_config.yml': 'theme: x\n' }, 'no configuration of a generator'],
  [{ '_config.yml': '', '_toc.yml': '', 'index.md': '' }, 'no configuration of a generator'],
  [{ '_config.yml': '', 'package.json': '{}', 'scaffolds/post.md': '', '_posts/a.md': '' }, 'no configuration of a generator'],
  [{ 'conf.py': 'bind = "0.0.0.0"\n' }, 'no configuration of a generator'],
  [{ 'mkdocs.yml': '', 'app.py': 'from flask import Flask\napp = Flask(__name__)\n' }, '"mkdocs.yml" is there, but so is app.py'],
  [{ 'mkdocs.yml': '', 'go.mod': 'module x\n' }, '"mkdocs.yml" is there, but so is go.mod'],
  [{ 'mkdocs.yml': '', 'package.json': '{\n"scripts": { "start": "node ." } }' }, '"mkdocs.yml" is there, but so is package.json:2'],
  [{ 'mkdocs.yml': '', Procfile: 'release: true\nweb: ./serve\n' }, '"mkdocs.yml" is there, but so is Procfile:2'],
  [{ 'mkdocs.yml': '', Procfile: '# web: x\n  my.worker: ./serve\n' }, '"mkdocs.yml" is there, but so is Procfile:2'],
  [{ 'mkdocs.yml': '', 'hop3/Procfile': 'web: ./serve\n' }, '"mkdocs.yml" is there, but so is hop3/Procfile:1'],
  [{ 'mkdocs.yml': '', 'hop3.toml': '[run]\nstart = "./serve"\n' }, '"mkdocs.yml" is there, but so is hop3.toml:1'],
  [{ 'conf.py': conf, 'manage.py': 'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "x.settings")\n', 'x/wsgi.py': '' }, 'but so is'],
  [
    { 'docs/conf.py': conf, 'pyproject.toml': '[project]\nname = "library"\n' },
    '"docs/conf.py" is there, but so is the manifest of a project: toolchain = "site"',
  ],
  [{ 'docs/conf.py': conf, 'requirements.txt': 'requests\n' }, '"docs/conf.py" is there, but so is'],
])('%j is none, and says why', async (files, reason) => {
  expect(await verdictOf('site', files)).toMatchObject({ accepted: false, reason: expect.stringContaining(reason) })
})

test('the documentation of an app is a site where the app says so', async () => {
  const files = { 'docs/source/conf.py': conf, 'pyproject.toml': '[project]\nname = "library"\n', 'app.py': '' }
  expect(await verdictOf('site', files, { named: true })).toMatchObject({ accepted: true })
  expect(await planOf('site', files, { named: true })).toMatchObject({ processes: { static: 'docs/build/html' } })
  expect(await verdictOf('site', { 'app.py': '' }, { options: { generator: 'hugo' } })).toMatchObject({ accepted: true })
  await expect(planOf('site', { 'app.py': '' }, { named: true })).rejects.toMatchObject({ code: 'config.site.nothing' })
})

test('packages that Bun installs make no app of a site', async () => {
  const files = {
    'hugo.toml': '',
    'package.json': '{ "scripts": { "build": "hugo" }, "devDependencies": { "a": "1.0.0" } }',
    'bun.lock': '',
  }
  expect(await verdictOf('bun', files)).toMatchObject({ accepted: false })
  expect(await verdictOf('site', files)).toMatchObject({ accepted: true })
})

test('a server beside the configuration of a site is the app', async () => {
  const files = { 'hugo.toml': '', 'package.json': '{ "scripts": { "start": "node server.js", "build": "tsc" } }' }
  expect(await verdictOf('node', files)).toMatchObject({ accepted: true })
  const flask = { 'hugo.toml': '', 'app.py': 'from flask import Flask\napp = Flask(__name__)\n' }
  expect(await verdictOf('python', flask)).toMatchObject({ accepted: true })
})

test.each(['../other', '/srv/www', '.', 'a/../..', 'x\ny'])('the output %j is refused', async (output) => {
  await expect(planOf('site', { 'hugo.toml': '' }, { options: { output } })).rejects.toMatchObject({ code: 'config.site.output' })
})

test('the output of the options is published, and what lay there is not copied', async () => {
  const plan = await planOf('site', { 'hugo.toml': '', 'out/index.html': '' }, { options: { output: './out/', spa: true } })
  expect(plan).toMatchObject({ processes: { static: 'out' }, runtime: { spa: true } })
  expect(plan.exclude).toContain('/out')
})

test('a site in a workspace is built there', async () => {
  const files = {
    'package.json': '{ "workspaces": ["docs"] }',
    'docs/mkdocs.yml': 'site_dir: out\n',
    'docs/requirements.txt': 'mkdocs==1.6.1\n',
  }
  const plan = await planOf('site', files, { root: 'docs' })
  expect(plan).toMatchObject({
    processes: { static: 'docs/out' },
    phases: { install: { onlyIncludeFiles: ['docs/requirements.txt'], outputs: ['docs/.venv'] }, build: { outputs: ['docs/out'] } },
    runtime: { pathPrepend: ['docs/.venv/bin'] },
  })
  expect(plan.exclude).toContain('/docs/out')
})
