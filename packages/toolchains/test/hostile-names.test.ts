import { expect, it } from 'vitest'
import { planOf } from './plan-app.ts'

/** What would run if a name of the source became a command of its own. */
const commandsOf = (plan: Awaited<ReturnType<typeof planOf>>): string =>
  [...Object.values(plan.phases).flatMap(({ cmds }) => cmds ?? []), ...Object.values(plan.processes)].join('\n')

it('a binary of any name is one word', async () => {
  const files = {
    'Cargo.toml': '[package]\nname = "shop"\nversion = "0.1.0"\n[[bin]]\nname = "x;touch pwned"\npath = "src/main.rs"\n',
    'src/main.rs': 'fn main() {}\n',
  }
  expect((await planOf('rust', files)).processes['web']).toBe("'bin/x;touch pwned'")
})

it('a range of Bun versions is one word, and more than a range is none', async () => {
  const files = { 'package.json': '{"scripts":{"start":"bun run a.ts"}}', 'bun.lock': '{}', 'a.ts': '' }
  expect(commandsOf(await planOf('bun', { ...files, '.bun-version': '>=1.2 <2' }))).not.toMatch(/bun@>=/)
  await expect(planOf('bun', { ...files, '.bun-version': '>=1.2 <2; touch pwned' })).rejects.toMatchObject({ code: 'config.bun.version' })
})

it('a requirement with a token or with credentials stays in its file', async () => {
  const files = {
    'app.py': 'from flask import Flask\napp = Flask(__name__)\n',
    'setup.py': '',
    'requirements.txt': '-e .\nflask\npkg @ https://${TOKEN}@host.example/x.whl\nother @ https://user:hunter2@host.example/y.whl\n',
  }
  expect(commandsOf(await planOf('python', files))).not.toMatch(/hunter2|TOKEN/)
  const project = '[project]\nname = "x"\nversion = "1"\ndependencies = ["flask", "y @ git+https://user:hunter2@host.example/y"]\n'
  expect(commandsOf(await planOf('python', { 'pyproject.toml': project, 'main.py': '' }))).not.toContain('hunter2')
})

it('patterns of a Cargo workspace take no longer than their length', async () => {
  const member = 'a'.repeat(120)
  const files = {
    'Cargo.toml': `[workspace]\nmembers = ["${'*a'.repeat(30)}*b", "api"]\n`,
    'api/Cargo.toml': '[package]\nname = "api"\nversion = "0.1.0"\n',
    'api/src/main.rs': 'fn main() {}\n',
    [`${member}/Cargo.toml`]: '[package]\nname = "other"\nversion = "0.1.0"\n',
  }
  expect((await planOf('rust', files)).processes['web']).toBe('bin/api')
})

it('a pom.xml of 60 000 levels is refused', async () => {
  const nested = `${'<a>'.repeat(60_000)}${'</a>'.repeat(60_000)}`
  await expect(planOf('java', { 'pom.xml': `<project>${nested}</project>` })).rejects.toMatchObject({
    message: expect.stringContaining('pom.xml:1 is nested more than 100 levels deep'),
  })
})
