/** Values of another type than a plan needs are errors that say where; those it does not need are nobody's concern. */
import type { Files } from '@hop3/testing'
import { describe, expect, test } from 'vitest'
import { placeOf } from '../src/manifest.ts'
import { planOf, verdictOf } from './plan-app.ts'

const node = (more: string): Files => ({ 'package.json': `{\n  "scripts": { "start": "node x.js" },\n  ${more}\n}` })

describe('an error says where and what is wanted', () => {
  test.each<[toolchain: string, files: Files, message: string]>([
    ['node', node('"engines": "22"'), 'package.json:3:3: engines must be an object or a list; it is "22".'],
    ['node', node('"engines": { "node": 22 }'), 'package.json:3:16: engines.node must be a string; it is the number 22.'],
    ['node', node('"packageManager": 5'), 'package.json:3:3: packageManager must be a string; it is the number 5.'],
    ['node', node('"workspaces": "x"'), 'package.json:3:3: workspaces must be a list of strings or an object; it is "x".'],
    [
      'node',
      node('"workspaces": ["a", 5]'),
      'package.json:3:3: workspaces must be a list of strings or an object; it is a list with the number 5 in it.',
    ],
    ['node', node('"dependencies": ["express"]'), 'package.json:3:3: dependencies must be an object; it is a list.'],
    [
      'node',
      { ...node('"private": true'), 'pnpm-workspace.yaml': 'packages: libs\n' },
      'pnpm-workspace.yaml:1:1: packages must be a list of strings; it is "libs".',
    ],
    ['node', { ...node('"private": true'), 'mise.toml': 'tools = "node"\n' }, 'mise.toml:1:1: tools must be a table; it is "node".'],
    [
      'python',
      { 'pyproject.toml': '[project]\nname = "shop"\ndependencies = "flask"\n' },
      'pyproject.toml:3:1: project.dependencies must be a list of strings; it is "flask".',
    ],
    [
      'python',
      { 'pyproject.toml': 'project.name = "shop"\nproject.requires-python = 3.12\n' },
      'pyproject.toml:2:1: project.requires-python must be a string; it is the number 3.12.',
    ],
    [
      'python',
      { 'pyproject.toml': '[project]\nname = "shop"\n\n[project.dependencies]\nflask = "3"\n' },
      'pyproject.toml:4:1: project.dependencies must be a list of strings; it is an object.',
    ],
    ['python', { Pipfile: 'packages = ["flask"]\n' }, 'Pipfile:1:1: packages must be a table; it is a list.'],
    [
      'rust',
      { 'Cargo.toml': '[workspace]\nmembers = "crates"\n' },
      'Cargo.toml:2:1: workspace.members must be a list of strings; it is "crates".',
    ],
    [
      'php',
      { 'composer.json': '{\n "require": "php"\n}', 'index.php': '' },
      'composer.json:2:2: require must be an object or a list; it is "php".',
    ],
    ['deno', { 'deno.json': '{\n  "tasks": []\n}', 'main.ts': '' }, 'deno.json:2:3: tasks must be an object; it is a list.'],
    ['crystal', { 'shard.yml': 'name: shop\ntargets: shop\n' }, 'shard.yml:2:1: targets must be a mapping; it is "shop".'],
  ])('%s, %j', async (toolchain, files, message) => {
    await expect(planOf(toolchain, files)).rejects.toMatchObject({
      code: 'config.invalid',
      message,
      hint: expect.stringMatching(/^Write for example ./),
    })
  })

  test.each([
    ['node', 'package.json', 'config.node.package-json'],
    ['php', 'composer.json', 'config.php.composer-json'],
    ['deno', 'deno.json', 'config.deno.manifest'],
  ])('%s, whose %s holds no object', async (toolchain, file, code) => {
    const message = expect.stringContaining(`${file}:2:1: ${file} must hold an object; it holds a list.`)
    await expect(verdictOf(toolchain, { [file]: '\n[]' })).rejects.toMatchObject({ code, message })
  })
})

test('what a plan does not need may be anything, and null is nothing', async () => {
  const files = node('"engines": null, "browserslist": 5, "type": [], "bin": 5, "config": "x"')
  expect((await planOf('node', files)).processes).toEqual({ web: 'node x.js' })
  expect(await verdictOf('python', { ...files, 'pyproject.toml': '[tool.ruff]\nline-length = 100\n' })).toMatchObject({ accepted: false })
})

test.each([
  ['a.toml', '[x]\nb = 1\n[project]\n b = 2\n', ['project', 'b'], 'a.toml:4:2'],
  ['a.toml', '[tool]\npoetry.x = 1\n', ['tool', 'poetry', 'x'], 'a.toml:2:1'],
  ['a.yml', 'x:\n  b: 1\n', ['x', 'b'], 'a.yml:2:3'],
  ['a.json', '{"b": 1, "x": {"b": 2}}', ['x', 'b'], 'a.json:1:16'],
  ['a.json', '{}', ['gone'], 'a.json:1:1'],
])('in %s, %j has %j at %s', (file, text, keys, place) => {
  expect(placeOf({ file, text, data: undefined }, keys)).toBe(place)
})
