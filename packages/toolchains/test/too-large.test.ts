/** What is longer than a file of its kind is not read: programs and lock files are passed over, manifests are refused. */
import { expect, test } from 'vitest'
import { planOf } from './plan-app.ts'

test('tables that a program is made of do not stop its planning', async () => {
  const files = {
    'go.mod': 'module example.com/shop\n\ngo 1.24\n',
    'a_tables.go': `package main\n\nvar table = []int{\n${'\t0,\n'.repeat(20_000)}}\n`,
    'main.go': 'package main\n\nimport "net/http"\n\nfunc main() { http.ListenAndServe(":" + os.Getenv("PORT"), nil) }\n',
  }
  expect(await planOf('go', files)).toMatchObject({ processes: { web: expect.stringContaining('shop') }, warnings: [] })
})

test('a program that is one long file starts all the same', async () => {
  const files = { 'requirements.txt': 'requests\n', 'main.py': 'x = 1\n'.repeat(20_001) }
  expect((await planOf('python', files)).processes['web']).toContain('main.py')
})

test('the lock file of an app of many packages is left to the tool that wrote it', async () => {
  const lock = `requires-python = ">=3.11"\n${'[[package]]\nname = "a"\n'.repeat(200_000)}`
  const project = '[project]\nname = "shop"\nversion = "1"\ndependencies = ["flask"]\n'
  const { phases } = await planOf('python', {
    'pyproject.toml': project,
    'uv.lock': lock,
    'app.py': 'from flask import Flask\napp = Flask(__name__)\n',
  })
  expect(phases['install']?.cmds?.join()).toMatch(/uv sync --frozen/)
})

test.each([
  ['ruby', { Gemfile: 'gem "rack"\n'.repeat(20_001) }, /"Gemfile": it has more than 20000 lines/],
  ['rust', { 'Cargo.toml': `# ${'x'.repeat(1024 * 1024)}`, 'src/main.rs': '' }, /"Cargo.toml": it is larger than 1 MiB/],
] as const)('a manifest of %s is refused', async (name, files, message) => {
  await expect(planOf(name, files)).rejects.toMatchObject({ code: 'config.too-large', message: expect.stringMatching(message) })
})
