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

it.each([
  ['app;touch pwned.py', 'from fastapi import FastAPI\napp = FastAPI()\n', 'fastapi\nuvicorn\n'],
  ["it's.py", 'from quart import Quart\napp = Quart(__name__)\n', 'quart\n'],
  ['a b.py', 'from flask import Flask\napp = Flask(__name__)\n', 'flask\n'],
])('a Python file called %s is no module', async (name, text, requirements) => {
  expect((await planOf('python', { 'requirements.txt': requirements, [name]: text })).processes).toEqual({})
})

it('a Python file that is started as a file may have any name', async () => {
  const files = { 'requirements.txt': 'streamlit\n', "it's a page.py": 'import streamlit as st\n' }
  expect((await planOf('python', files)).processes['web']).toContain(`streamlit run 'it'\\''s a page.py' --server.port`)
})

it('a project called like no module starts no module', async () => {
  const name = 'x; touch pwned'
  const files = { 'pyproject.toml': `[project]\nname = "${name}"\n[build-system]\nrequires = []\n`, [`${name}/__main__.py`]: '' }
  expect(commandsOf(await planOf('python', files))).not.toContain('pwned')
})

it('a module that package.json names for Bun is one word', async () => {
  const files = { 'package.json': '{"module":"touch pwned.ts"}', 'bun.lock': '{}', 'touch pwned.ts': '' }
  expect(commandsOf(await planOf('bun', files, { named: true }))).not.toContain('pwned')
})

it("a project of Gradle's is one word of its command, whatever it is called", async () => {
  const module = 'a b;touch pwned'
  const build = 'plugins {\n  id("org.springframework.boot") version "3"\n}\n'
  const { phases } = await planOf('java', { 'settings.gradle.kts': `include("${module}")\n`, [`${module}/build.gradle.kts`]: build })
  expect(phases['build']?.cmds?.at(-1)).toBe(`gradle --no-daemon --console=plain ':${module}:bootJar'`)
  const application = { 'settings.gradle.kts': `include("${module}")\n`, [`${module}/build.gradle.kts`]: 'plugins {\n    application\n}\n' }
  expect((await planOf('java', application)).processes['web']).toMatch(/^"\$\(ls 'a b;touch pwned\/build'\/install\/\*\/bin\/\*/)
})
