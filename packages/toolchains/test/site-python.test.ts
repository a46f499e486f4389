/** Sites of generators that are written in Python: what is installed, and by what. */
import { expect, test } from 'vitest'
import { planOf } from './plan-app.ts'

const plan = (files: Readonly<Record<string, string>>, change: Parameters<typeof planOf>[2] = {}) => planOf('site', files, change)
const installs = async (files: Readonly<Record<string, string>>, options?: unknown) =>
  (await plan(files, { options })).phases['install']?.cmds

const material = 'theme:\n  name: material\nplugins:\n  - search\n  - minify:\n      minify_html: true\n  - unheard-of\n'
const pyproject = '[project]\nname = "library"\n[project.optional-dependencies]\ndocs = ["mkdocs==1.6.1"]\n[build-system]\nrequires = []\n'

test.each([
  [{ 'mkdocs.yml': '' }, undefined, "'mkdocs>=1.6,<2'"],
  [{ 'mkdocs.yml': material }, undefined, "'mkdocs>=1.6,<2' mkdocs-material mkdocs-minify-plugin"],
  [{ 'mkdocs.yml': material, 'requirements.txt': 'mkdocs-material==9.7.0\n' }, undefined, '-r requirements.txt'],
  [{ 'mkdocs.yml': material, 'docs/requirements.txt': 'mkdocs-material==9.7.0\n' }, undefined, '-r docs/requirements.txt'],
  [{ 'mkdocs.yml': '', 'docs/requirements.txt': 'mkdocs-minify-plugin\n' }, undefined, "-r docs/requirements.txt 'mkdocs>=1.6,<2'"],
  [{ 'mkdocs.yml': '', 'docs/requirements.txt': 'x\n', 'r.txt': 'mkdocs==1.6.1\n' }, { requirements: 'r.txt' }, '-r r.txt'],
  [{ 'mkdocs.yml': '', 'pyproject.toml': pyproject }, undefined, 'mkdocs==1.6.1'],
  [
    {
      'mkdocs.yml': '',
      'pyproject.toml': '[dependency-groups]\ndocs = ["mkdocs-material==9.7.0", { include-group = "dev" }]\n',
    },
    undefined,
    'mkdocs-material==9.7.0',
  ],
  [{ 'conf.py': 'project = "x"\nextensions = ["myst_parser", "os"]\nhtml_theme = "furo"\n' }, undefined, 'sphinx myst-parser furo'],
  [{ 'pelicanconf.py': '' }, undefined, "'pelican[markdown]'"],
])('%j with %j installs %s', async (files, options, what) => {
  expect(await installs(files, options)).toEqual([`.venv/bin/pip install ${what}`])
})

test('a lock file that has the generator is installed as the python toolchain does', async () => {
  const files = { 'mkdocs.yml': '', 'pyproject.toml': '[project]\nname = "docs"\ndependencies = ["mkdocs-material"]\n', 'uv.lock': '' }
  const { phases, decisions } = await plan(files)
  expect(phases['install']?.cmds?.join('\n')).toContain('uv sync --frozen')
  expect(decisions).toContainEqual({ key: 'python.package_manager', value: 'uv', origin: 'uv.lock' })
})

test("Read the Docs' configuration says which requirements, which project and which Python", async () => {
  const files = {
    '.readthedocs.yaml': [
      'build:',
      '  tools:',
      '    python: "3.11"',
      'sphinx:',
      '  configuration: documentation/conf.py',
      'python:',
      '  install:',
      '    - requirements: documentation/pins.txt',
      '    - method: pip',
      '      path: .',
      '      extra_requirements: [docs]',
    ].join('\n'),
    'documentation/conf.py': 'project = "x"\n',
    'documentation/pins.txt': 'sphinx==8.2.3\n',
    'pyproject.toml': pyproject,
  }
  const { phases, versions, processes } = await plan(files, { named: true })
  expect({ setup: phases['setup']?.cmds, install: phases['install']?.cmds, build: phases['build']?.cmds, versions, processes }).toEqual({
    setup: ['python3.11 -m venv .venv'],
    install: ['.venv/bin/pip install -r documentation/pins.txt mkdocs==1.6.1'],
    build: [
      '.venv/bin/pip install --no-deps .',
      '.venv/bin/sphinx-build -b html -d .hop3-tools/doctrees documentation documentation/_build/html',
    ],
    versions: { python: { version: '3.11', origin: '.readthedocs.yaml:3' } },
    processes: { static: 'documentation/_build/html' },
  })
})

test('a project whose dependencies are not to be read is installed with them', async () => {
  const files = {
    '.readthedocs.yml': 'python:\n  install:\n    - path: .\n      method: pip\n    - requirements: ../outside.txt\n',
    'conf.py': 'project = "x"\n',
    'setup.py': '',
  }
  const { phases } = await plan(files)
  expect(phases['install']?.cmds).toEqual(['.venv/bin/pip install . sphinx'])
  expect(phases['install']).not.toHaveProperty('onlyIncludeFiles')
})

test('a version file of Python goes before Read the Docs, and two that disagree are an error', async () => {
  const files = { 'mkdocs.yml': '', '.readthedocs.yaml': 'build:\n  tools:\n    python: "3.13"\n', '.python-version': '3.12\n' }
  expect((await plan(files)).versions['python']).toEqual({ version: '3.12', origin: '.python-version:1' })
  await expect(plan({ ...files, 'runtime.txt': 'python-3.10\n' })).rejects.toMatchObject({ code: 'config.python.version-conflict' })
})

test.each([
  [{ 'zensical.toml': '[project]\nsite_dir = "out"\n' }, ['.venv/bin/zensical build'], 'out', 'zensical.toml:2'],
  [{ 'mkdocs.yml': 'site_dir: out # built\n' }, ['.venv/bin/mkdocs build'], 'out', 'mkdocs.yml:1'],
  [
    { 'pelicanconf.py': '', 'content/a.md': '' },
    ['.venv/bin/pelican content --settings pelicanconf.py --output output'],
    'output',
    'Pelican',
  ],
  [
    { 'conf.py': 'project = "x"\n' },
    [
      'mkdir -p .hop3-source && ln -sf "$PWD"/* .hop3-source/',
      '.venv/bin/sphinx-build -b html -d .hop3-tools/doctrees -c . .hop3-source _build/html',
    ],
    '_build/html',
    'Sphinx',
  ],
  [
    { 'source/conf.py': 'project = "x"\n', 'make.bat': 'sphinx-build' },
    ['.venv/bin/sphinx-build -b html -d .hop3-tools/doctrees source build/html'],
    'build/html',
    'Sphinx',
  ],
])('%j is built by %j', async (files, cmds, directory, origin) => {
  const { phases, processes, decisions } = await plan(files)
  expect(phases['build']).toMatchObject({ cmds, outputs: [directory] })
  expect(processes).toEqual({ static: directory })
  expect(decisions).toContainEqual({ key: 'processes.static', value: directory, origin })
})

test('what nobody pinned is said', async () => {
  const { warnings, decisions } = await plan({ 'mkdocs.yml': material })
  expect(warnings).toEqual([expect.stringContaining('No requirements file lists mkdocs>=1.6,<2, mkdocs-material, mkdocs-minify-plugin')])
  expect(decisions).toContainEqual({ key: 'site.requirement', value: 'mkdocs-material', origin: 'mkdocs.yml:2' })
})
