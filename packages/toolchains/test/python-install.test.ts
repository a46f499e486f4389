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
  ['a path', { 'requirements.txt': './vendored/thing\n' }, undefined],
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
  ['a package', project + buildSystem],
  ['a workspace', `${project}[tool.uv.workspace]\nmembers = ["packages/*"]\n`],
  ['a path source', `${project}[tool.uv.sources]\nthing = { path = "thing" }\n`],
])('uv reads the whole source of %s', async (_what, pyproject) => {
  const plan = await planOf('python', { 'pyproject.toml': pyproject, 'uv.lock': '' })
  expect(plan.phases['install']).not.toHaveProperty('onlyIncludeFiles')
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
