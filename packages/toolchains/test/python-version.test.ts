import { expect, test } from 'vitest'
import { allows } from '../src/python/specifier.ts'
import { planOf } from './plan-app.ts'

const poetry = (range: string): string => `[tool.poetry]\n[tool.poetry.dependencies]\npython = "${range}"\n`
const requires = (range: string): string => `[project]\nname = "x"\nrequires-python = "${range}"\n`

test.each([
  ['nothing', {}, 'python3', undefined],
  [
    '.python-version',
    { '.python-version': '\uFEFF# comment\r\n3.12\r\n3.11\r\n' },
    'python3.12',
    { version: '3.12', origin: '.python-version:2' },
  ],
  ['a patch', { '.python-version': '3.12.4\n' }, 'python3.12', { version: '3.12.4', origin: '.python-version:1' }],
  ['runtime.txt', { 'runtime.txt': 'python-3.11.9\n' }, 'python3.11', { version: '3.11.9', origin: 'runtime.txt:1' }],
  ['mise.toml', { 'mise.toml': '[tools]\nnode = "22"\npython = "3.13"\n' }, 'python3.13', { version: '3.13', origin: 'mise.toml:3' }],
  [
    '.tool-versions',
    { '.tool-versions': 'nodejs 22.1.0\npython  3.12.1 # ours\n' },
    'python3.12',
    { version: '3.12.1', origin: '.tool-versions:2' },
  ],
  ['.tool-versions without a version', { '.tool-versions': 'python\n' }, 'python3', undefined],
  ['a wildcard', { '.python-version': '3.12.x\n' }, 'python3.12', { version: '3.12', origin: '.python-version:1' }],
  [
    'a version as uv writes it',
    { '.python-version': 'cpython-3.12.4-linux-x86_64-gnu\n' },
    'python3.12',
    { version: '3.12.4', origin: '.python-version:1' },
  ],
  [
    'several lines, of which the first counts',
    { '.python-version': '3.12\npypy3.10\n' },
    'python3.12',
    { version: '3.12', origin: '.python-version:1' },
  ],
  ["the host's own", { '.python-version': 'system\n' }, 'python3', undefined],
  ['requires-python', { 'pyproject.toml': requires('>=3.12') }, 'python3', { version: '>=3.12', origin: 'pyproject.toml:3' }],
  [
    "poetry's constraint",
    { 'pyproject.toml': poetry('^3.11'), 'poetry.lock': '' },
    'python3',
    { version: '^3.11', origin: 'pyproject.toml:3' },
  ],
  ['a constraint that allows all', { 'pyproject.toml': poetry('*') }, 'python3', undefined],
  ['Pipfile', { Pipfile: '[packages]\n[requires]\npython_version = "3.10"\n' }, 'python3.10', { version: '3.10', origin: 'Pipfile:3' }],
])('%s asks for it', async (_what, files, program, pick) => {
  const plan = await planOf('python', { 'main.py': '', ...files })
  expect(plan.decisions).toContainEqual({ key: 'python.interpreter', value: program, origin: pick?.origin ?? 'default' })
  expect(plan.versions['python']).toEqual(pick)
  expect(plan.phases['setup']?.cmds).toEqual([`${program} -m venv .venv`])
})

test('uv.lock asks for it where pyproject.toml does not', async () => {
  const plan = await planOf('python', {
    'pyproject.toml': '[project]\nname = "x"\n',
    'uv.lock': 'version = 1\nrequires-python = ">=3.11"\n',
  })
  expect(plan.versions['python']).toEqual({ version: '>=3.11', origin: 'uv.lock:2' })
})

test('the command line settles what files contradict', async () => {
  const files = { 'main.py': '', '.python-version': '3.12\n', 'runtime.txt': 'python-3.11.9\n' }
  await expect(planOf('python', files)).rejects.toMatchObject({
    code: 'config.python.version-conflict',
    message: '.python-version:1 asks for python "3.12", runtime.txt:1 for "3.11.9".',
  })
  const plan = await planOf('python', files, { versions: { python: { version: '3.13', origin: '--python' } } })
  expect(plan.phases['setup']?.cmds).toEqual(['python3.13 -m venv .venv'])
})

test('files that agree, one more exactly than the other, do not contradict', async () => {
  const plan = await planOf('python', { 'main.py': '', '.python-version': '3.12\n', '.tool-versions': 'python 3.12.4\n' })
  expect(plan.versions['python']).toEqual({ version: '3.12', origin: '.python-version:1' })
})

test('requires-python judges the pick', async () => {
  await expect(planOf('python', { 'pyproject.toml': requires('>=3.12'), '.python-version': '3.11\n' })).rejects.toMatchObject({
    code: 'config.python.version-conflict',
    message: '.python-version:1 asks for python "3.11", but pyproject.toml:3 allows only ">=3.12".',
  })
})

test.each([
  ['poetry', { 'pyproject.toml': poetry('^3.12') }, 'pyproject.toml:3 allows only "^3.12"'],
  [
    'uv.lock',
    { 'pyproject.toml': requires('>=3.10'), 'uv.lock': 'version = 1\nrequires-python = ">=3.12"\n' },
    'uv.lock:2 allows only ">=3.12"',
  ],
])('the range of %s judges the pick', async (_what, files, allowed) => {
  await expect(planOf('python', { ...files, '.python-version': '3.11\n' })).rejects.toMatchObject({
    code: 'config.python.version-conflict',
    message: `.python-version:1 asks for python "3.11", but ${allowed}.`,
  })
})

test('Pipfile and .python-version that differ are an error that names both lines', async () => {
  const files = { Pipfile: '[requires]\npython_version = "3.11"\n', '.python-version': '3.12\n' }
  await expect(planOf('python', files)).rejects.toMatchObject({
    message: 'Pipfile:2 asks for python "3.11", .python-version:1 for "3.12".',
  })
})

test.each(['three', '2.7', '3.12-dev', 'pypy3.10', '"3.12"'])('%s is not taken for a version', async (version) => {
  await expect(planOf('python', { 'main.py': '', '.python-version': version })).rejects.toMatchObject({
    code: 'config.python.version',
  })
})

test.each([
  ['>=3.11', '3.11', true],
  ['>=3.11.4', '3.11', true],
  ['>=3.11', '3.10.9', false],
  ['>=3.10,<4', '3.13', true],
  ['>=3.10,<3.13', '3.13', false],
  ['<3.13', '3.12.9', true],
  ['~=3.11', '3.12', true],
  ['~=3.11.2', '3.12', false],
  ['~=3.11.2', '3.11', true],
  ['==3.12.*', '3.12.1', true],
  ['==3.12.*', '3.13', false],
  ['!=3.12.*', '3.12.4', false],
  ['!=3.12.1', '3.12', true],
  ['>3.11,<=3.12', '3.12', true],
  ['^3.11', '3.13', true],
  ['^3.11', '3.10', false],
  ['^3.11', '4.0', false],
  ['~3.11', '3.11.4', true],
  ['~3.11', '3.12', false],
  ['>=3.9,<3.11 || >=3.12', '3.11', false],
  ['>=3.9,<3.11 || >=3.12', '3.12.1', true],
  ['>=3.9 <3.12', '3.12', false],
  ['3.11.*', '3.11.4', true],
  ['3.11', '3.12', false],
  ['whatever', '3.12', true],
])('%s and %s: %s', (specifier, version, expected) => {
  expect(allows(specifier, version)).toBe(expected)
})
