import { expect, test } from 'vitest'
import { planOf } from './plan-app.ts'

const project = '[project]\nname = "shop"\ndependencies = ["flask>=3", "gunicorn"]\n'
const buildSystem = '[build-system]\nrequires = ["hatchling"]\n'

test('pip installs requirements.txt into an environment of its own', async () => {
  const { phases, exclude } = await planOf('python', { 'requirements.txt': 'flask==3.1.0\n', 'app.py': '' })
  expect(phases['setup']).toEqual({ cmds: ['python3 -m venv .venv'], onlyIncludeFiles: [], paths: ['.venv/bin'], outputs: ['.venv'] })
  expect(phases['install']).toMatchObject({
    cmds: ['.venv/bin/pip install -r requirements.txt'],
    onlyIncludeFiles: ['requirements.txt'],
    cacheDirectories: ['~/.cache/pip'],
    outputs: ['.venv'],
  })
  expect(exclude).toContain('.venv')
})

test.each([
  [
    'included files',
    {
      'requirements.txt': '-r requirements/prod.txt\n',
      'requirements/prod.txt': '-c pins.txt\nflask==3.1.0\n',
      'requirements/pins.txt': '',
    },
    ['requirements.txt', 'requirements/prod.txt', 'requirements/pins.txt'],
  ],
  ['an editable install', { 'requirements.txt': '-e .\n' }, undefined],
  ['a path', { 'requirements.txt': './vendored/thing\n' }, ['requirements.txt', 'vendored/thing']],
  ['a wheel', { 'requirements.txt': 'vendor/thing-1.0-py3-none-any.whl\n' }, ['requirements.txt', 'vendor/thing-1.0-py3-none-any.whl']],
  ['a named path', { 'requirements.txt': 'thing @ file:./libs/thing\n' }, ['requirements.txt', 'libs/thing']],
  [
    'an editable library',
    { 'requirements.txt': '-e ./libs/core[web]\n--editable=libs/ui\n' },
    ['requirements.txt', 'libs/core', 'libs/ui'],
  ],
  ['a path outside', { 'requirements.txt': '../shared\n' }, undefined],
  ['a named git URL', { 'requirements.txt': 'x @ git+https://example.com/x.git@main#subdirectory=a/b\n' }, ['requirements.txt']],
  ['a git URL', { 'requirements.txt': 'git+https://example.com/x.git\n' }, ['requirements.txt']],
  [
    'hashes over several lines',
    { 'requirements.txt': 'flask==3.1.0 \\\n    --hash=sha256:00 \\\n    --hash=sha256:11\n' },
    ['requirements.txt'],
  ],
])('requirements with %s read what they need', async (_what, files, inputs) => {
  const plan = await planOf('python', files)
  expect(plan.phases['install']?.onlyIncludeFiles).toEqual(inputs)
})

test('an included file that is not there is an error with its line', async () => {
  await expect(planOf('python', { 'requirements.txt': 'flask\n\n-r requirements/prod.txt\n' })).rejects.toMatchObject({
    code: 'config.python.requirements-missing',
    message: 'requirements.txt:3 names "requirements/prod.txt", which is not a file of the app.',
  })
})

test('unpinned requirements and secrets of private indexes are named', async () => {
  const plan = await planOf('python', {
    'requirements.txt': '--index-url https://u:${INDEX_PASSWORD}@example.com/simple\nflask\nclick==8.1.*\njinja2==3.1.4\n',
  })
  expect(plan.warnings[0]).toMatch(/^requirements\.txt does not pin flask, click:/)
  expect(plan.phases['install']?.secrets).toEqual(['INDEX_PASSWORD'])
})

test('a project without build system has its dependencies installed, not itself', async () => {
  const plan = await planOf('python', { 'pyproject.toml': project })
  expect(plan.phases['install']).toMatchObject({
    cmds: [".venv/bin/pip install 'flask>=3' gunicorn"],
    onlyIncludeFiles: ['pyproject.toml'],
  })
  expect(plan.phases).not.toHaveProperty('build')
})

test('a package is installed once its dependencies are, so that a changed source installs nothing else', async () => {
  const plan = await planOf('python', { 'pyproject.toml': project + buildSystem })
  expect(plan.phases['install']?.onlyIncludeFiles).toEqual(['pyproject.toml'])
  expect(plan.phases['build']).toMatchObject({ cmds: ['.venv/bin/pip install --no-deps .'], outputs: ['.venv'] })
})

test('a dependency cannot become an option or a second command', async () => {
  const dependencies = '["--index-url=http://example.com", "flask; touch pwned"]'
  const plan = await planOf('python', { 'pyproject.toml': `[project]\nname = "x"\ndependencies = ${dependencies}\n` })
  expect(plan.phases['install']?.cmds).toEqual(['.venv/bin/pip install .'])
  const quoted = await planOf('python', { 'pyproject.toml': `[project]\nname = "x"\ndependencies = ["flask; touch 'pwned'"]\n` })
  expect(quoted.phases['install']?.cmds).toEqual([`.venv/bin/pip install 'flask; touch '\\''pwned'\\'''`])
})

test('uv installs what its lock says, without development dependencies', async () => {
  const plan = await planOf('python', { 'pyproject.toml': project, 'uv.lock': '', '.python-version': '3.12\n' })
  expect(plan.phases).not.toHaveProperty('setup')
  expect(plan.phases['install']).toMatchObject({
    cmds: [
      expect.stringMatching(/^command -v uv >\/dev\/null \|\| /),
      'uv sync --frozen --no-dev --no-editable --python 3.12',
      'rm -rf .hop3-tools',
    ],
    onlyIncludeFiles: ['pyproject.toml', 'uv.lock', '.python-version'],
    variables: { UV_PROJECT_ENVIRONMENT: '.venv', UV_PYTHON_DOWNLOADS: 'never', UV_LINK_MODE: 'copy' },
    outputs: ['.venv'],
  })
})

test.each([
  ['a package', project + buildSystem, 'project'],
  ['a workspace', `${project}[tool.uv.workspace]\nmembers = ["packages/*"]\n`, 'workspace'],
])('uv installs the dependencies of %s first, and from the lock alone', async (_what, pyproject, later) => {
  const { phases } = await planOf('python', { 'pyproject.toml': pyproject, 'uv.lock': '' })
  expect(phases['install']?.cmds).toContain(`uv sync --frozen --no-dev --no-editable --no-install-${later}`)
  expect(phases['install']?.onlyIncludeFiles).toEqual(['pyproject.toml', 'uv.lock'])
  expect(phases['build']).toMatchObject({ outputs: ['.venv'], variables: { UV_PROJECT_ENVIRONMENT: '.venv' } })
  expect(phases['build']?.cmds).toContain('uv sync --frozen --no-dev --no-editable')
  expect(phases['build']).not.toHaveProperty('onlyIncludeFiles')
})

test.each([
  ['a path of uv', 'uv.lock', '[tool.uv.sources]\nthing = { path = "libs/thing", editable = false }\n', ['libs/thing']],
  ['one for each platform', 'uv.lock', '[tool.uv.sources]\nthing = [{ path = "a" }, { path = "b/" }]\n', ['a', 'b']],
  ['a path of poetry', 'poetry.lock', '[tool.poetry.dependencies]\nthing = { path = "./libs/thing" }\n', ['libs/thing']],
  ['a path that is no dependency', 'uv.lock', '[tool.hatch.version]\npath = "shop/__init__.py"\n', []],
])('%s is an input of the install', async (_what, lock, table, directories) => {
  const plan = await planOf('python', { 'pyproject.toml': project + table, [lock]: '' })
  expect(plan.phases['install']?.onlyIncludeFiles).toEqual(['pyproject.toml', lock, ...directories])
})

test.each([
  ['outside the app', 'uv.lock', '[tool.uv.sources]\nthing = { path = "../thing" }\n'],
  ['in the app itself', 'pdm.lock', '[tool.poetry.dependencies]\nthing = { path = "." }\n'],
])('a path %s needs the whole source', async (_what, lock, table) => {
  const plan = await planOf('python', { 'pyproject.toml': project + table, [lock]: '' })
  expect(plan.phases['install']).not.toHaveProperty('onlyIncludeFiles')
})

test('uv without a lock file needs the source of a package to learn what it depends on', async () => {
  const plan = await planOf('python', { 'pyproject.toml': project + buildSystem }, { options: { package_manager: 'uv' } })
  expect(plan.phases['install']).not.toHaveProperty('onlyIncludeFiles')
  expect(plan.phases['install']?.cmds).toContain('uv sync --no-dev --no-editable')
  expect(plan.phases).not.toHaveProperty('build')
})

test('a member of a uv workspace is installed from the lock file in the root, into the environment there', async () => {
  const files = {
    'pyproject.toml': '[tool.uv.workspace]\nmembers = ["apps/*"]\n',
    'uv.lock': '',
    'apps/web/pyproject.toml': project,
    'apps/web/app.py': 'app = Flask(__name__)\n',
  }
  const plan = await planOf('python', files, { root: 'apps/web' })
  expect(plan.phases['install']).toMatchObject({
    onlyIncludeFiles: ['pyproject.toml', 'uv.lock', 'apps/web/pyproject.toml'],
    paths: ['.venv/bin', '.hop3-tools/bin'],
    outputs: ['.venv'],
  })
  expect(plan.phases['install']?.cmds?.[0]).toContain('python3 -m venv ../../.hop3-tools')
  expect(plan.processes).toEqual({ wsgi: 'app:app' })
  expect(plan.runtime.pathPrepend).toEqual(['.venv/bin'])
})

test('requirements with the app itself are installed without it first, where that can be told', async () => {
  const { phases } = await planOf('python', {
    'requirements.txt': '-e .[web]\nflask==3.1.0  # pinned\n',
    'pyproject.toml': `${project}${buildSystem}`,
  })
  expect(phases['install']?.cmds).toEqual([".venv/bin/pip install flask==3.1.0 'flask>=3' gunicorn"])
  expect(phases['install']?.onlyIncludeFiles).toEqual(['requirements.txt', 'pyproject.toml'])
  expect(phases['build']).toMatchObject({ cmds: ['.venv/bin/pip install -r requirements.txt'], outputs: ['.venv'] })
})

test.each([
  ['a hash', '-e .\nflask==3.1.0 --hash=sha256:00\n'],
  ['an index', '--index-url https://example.com/simple\n-e .\nflask==3.1.0\n'],
  ['another file', '-e .\n-r base.txt\n'],
])('requirements with the app itself and %s are installed at once', async (_what, text) => {
  const { phases } = await planOf('python', { 'requirements.txt': text, 'base.txt': '' })
  expect(phases['install']?.cmds).toEqual(['.venv/bin/pip install -r requirements.txt'])
  expect(phases['install']).not.toHaveProperty('onlyIncludeFiles')
})

test.each([
  ['a package in src', { 'src/shop/__init__.py': '' }, ''],
  ['a package with commands', {}, '[project.scripts]\nshop = "shop:main"\n'],
])('%s is installed beside its requirements', async (_what, files, scripts) => {
  const { phases } = await planOf('python', {
    'requirements.txt': 'flask==3.1.0\n',
    'pyproject.toml': project + scripts + buildSystem,
    ...files,
  })
  expect(phases['install']?.cmds).toEqual(['.venv/bin/pip install -r requirements.txt'])
  expect(phases['build']?.cmds).toEqual(['.venv/bin/pip install --no-deps .'])
})

test('a uv asked for by version is used even where the host has one', async () => {
  const plan = await planOf(
    'python',
    { 'pyproject.toml': project, 'uv.lock': '' },
    { versions: { uv: { version: '0.9.0', origin: '--uv' } } },
  )
  expect(plan.phases['install']?.cmds?.slice(0, 2)).toEqual([
    'python3 -m venv .hop3-tools',
    '.hop3-tools/bin/pip install --quiet uv==0.9.0',
  ])
  expect(plan.versions['uv']).toEqual({ version: '0.9.0', origin: '--uv' })
})

test('poetry runs in the version that wrote the lock, outside the environment of the app', async () => {
  const plan = await planOf('python', {
    'pyproject.toml': '[tool.poetry]\nname = "shop"\n',
    'poetry.lock': '# This file is automatically @generated by Poetry 2.1.3 and should not be changed by hand.\n',
  })
  expect(plan.phases['install']?.cmds).toEqual([
    'python3 -m venv .hop3-tools',
    '.hop3-tools/bin/pip install --quiet poetry==2.1.3',
    '.hop3-tools/bin/poetry install --only main --no-root',
    'rm -rf .hop3-tools',
  ])
  expect(plan.phases['install']?.outputs).toEqual(['.venv'])
  expect(plan.versions['poetry']).toEqual({ version: '2.1.3', origin: 'poetry.lock:1' })
})

test.each([
  ['has a package of its name', { 'src/shop/__init__.py': '' }, ['.venv/bin/pip install --no-deps .']],
  ['has none', {}, undefined],
])('a poetry project that %s', async (_what, files, cmds) => {
  const plan = await planOf('python', {
    'pyproject.toml': `[tool.poetry]\nname = "shop"\n${buildSystem}`,
    'poetry.lock': '',
    ...files,
  })
  expect(plan.phases['build']?.cmds).toEqual(cmds)
})

test.each([
  ['pdm.lock', 'pdm install --frozen-lockfile --prod --no-self --no-editable'],
  ['Pipfile.lock', 'pipenv install --deploy'],
])('%s is installed by its own tool', async (lock, command) => {
  const plan = await planOf('python', { 'pyproject.toml': project, Pipfile: '', [lock]: '' })
  expect(plan.phases['install']?.cmds).toContain(`.hop3-tools/bin/${command}`)
})

test('two lock files are an error that names both and the line that decides', async () => {
  const files = { 'pyproject.toml': project, 'uv.lock': '', 'poetry.lock': '' }
  await expect(planOf('python', files)).rejects.toMatchObject({
    code: 'config.python.two-locks',
    message: 'Cannot tell how to install this Python app: uv.lock (uv) and poetry.lock (poetry) both lock its dependencies.',
    hint: expect.stringContaining('[build.python]\npackage_manager = "uv"'),
  })
  const decided = await planOf('python', files, { options: { package_manager: 'poetry' } })
  expect(decided.versions).toHaveProperty('poetry')
})

test('requirements.txt is the deploy manifest beside pyproject.toml, and the plan says so', async () => {
  const files = { 'pyproject.toml': project, 'requirements.txt': 'flask==3.1.0\n' }
  const plan = await planOf('python', files)
  expect(plan.phases['install']?.cmds).toEqual(['.venv/bin/pip install -r requirements.txt'])
  expect(plan.warnings[0]).toContain('the dependencies in pyproject.toml are not')
  const other = await planOf('python', files, { options: { strategy: 'pyproject' } })
  expect(other.phases['install']?.cmds).toEqual([".venv/bin/pip install 'flask>=3' gunicorn"])
})

test('a lock file beats requirements.txt, and the plan says so', async () => {
  const plan = await planOf('python', { 'pyproject.toml': project, 'uv.lock': '', 'requirements.txt': 'flask==3.1.0\n' })
  expect(plan.decisions).toContainEqual({ key: 'python.package_manager', value: 'uv', origin: 'uv.lock' })
  expect(plan.warnings[0]).toMatch(/^requirements\.txt is not installed: uv\.lock is, by uv/)
})

test.each([
  [
    'uv',
    { 'pyproject.toml': `${project}[[tool.uv.index]]\nname = "our-own"\nurl = "https://example.com/simple"\n`, 'uv.lock': '' },
    ['UV_INDEX_OUR_OWN_PASSWORD', 'UV_INDEX_OUR_OWN_USERNAME'],
  ],
  [
    'uv, of a public index',
    { 'pyproject.toml': `${project}[[tool.uv.index]]\nname = "torch"\nurl = "https://download.pytorch.org/whl/cpu"\n`, 'uv.lock': '' },
    undefined,
  ],
  [
    'uv, in its own file',
    { 'pyproject.toml': project, 'uv.lock': '', 'uv.toml': '[[index]]\nname = "x"\nurl = "https://example.com/"\n' },
    ['UV_INDEX_X_PASSWORD', 'UV_INDEX_X_USERNAME'],
  ],
  [
    'poetry',
    {
      'pyproject.toml': '[tool.poetry]\nname = "x"\n[[tool.poetry.source]]\nname = "corp"\nurl = "https://example.com/"\n',
      'poetry.lock': '',
    },
    ['POETRY_HTTP_BASIC_CORP_PASSWORD', 'POETRY_HTTP_BASIC_CORP_USERNAME'],
  ],
  [
    'pipenv',
    { Pipfile: '[[source]]\nurl = "https://$USER_NAME:${TOKEN}@example.com/"\nname = "x"\n', 'Pipfile.lock': '{}' },
    ['TOKEN', 'USER_NAME'],
  ],
  [
    'pdm',
    { 'pyproject.toml': `${project}[[tool.pdm.source]]\nurl = "https://\${PDM_TOKEN}@example.com/"\nname = "x"\n`, 'pdm.lock': '' },
    ['PDM_TOKEN'],
  ],
  ['pip', { 'requirements.txt': 'x @ git+https://${GIT_TOKEN}@example.com/x.git\n' }, ['GIT_TOKEN']],
])('%s names the secrets of its private indexes', async (_what, files, secrets) => {
  const plan = await planOf('python', files)
  expect(plan.phases['install']?.secrets).toEqual(secrets)
})
