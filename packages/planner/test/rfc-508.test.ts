/** What RFC 508 says of plans and of merging them, a test for each sentence. The table of all: docs/rfc-508.md. */
import { existsSync, readFileSync } from 'node:fs'
import type { ToolchainFactory } from '@hop3/core'
import { describe, expect, test } from 'vitest'
import { diffPlans, explainPlan, finishPlan, formatPlan, mergePlans, orderPhases } from '../src/index.ts'
import { nodeToolchain, planFiles, type Layers } from './plan-files.ts'

const toolchains: readonly ToolchainFactory[] = [nodeToolchain()]

/** Where the value of `key` comes from. */
async function sourceOf(key: string, files: Readonly<Record<string, string>>, layers: Layers = {}) {
  const { plan, layers: merged } = await planFiles(files, { toolchains, ...layers })
  return explainPlan(plan, merged).find((entry) => entry.key === key)
}

describe('the examples of its introduction', () => {
  test('Simple configuration of build', async () => {
    const { plan } = await planFiles(
      { 'nixpacks.toml': '[phases.build]\ncmds = ["npm run pack"]\n[start]\ncmd = "node ."\n' },
      { toolchains },
    )
    expect(plan.phases['build']?.cmds).toEqual(['npm run pack'])
    expect(plan.start).toEqual({ cmd: 'node .' })
    expect(plan.phases['install']?.cmds).toEqual(['npm ci'])
  })

  test('More configuration with extending', async () => {
    const text = '[phases.setup]\nnixPkgs = ["...", "cowsay"]\n[phases.build]\ncmds = ["echo first", "...", "echo last"]\n'
    const { plan } = await planFiles({ 'nixpacks.toml': text }, { toolchains })
    expect(plan.phases['setup']?.nixPkgs).toEqual(['nodejs', 'npm', 'cowsay'])
    expect(plan.phases['build']?.cmds).toEqual(['echo first', 'npm run build', 'echo last'])
  })

  test('Creating a new phase', async () => {
    const text = '[phases.lint]\ncmds = ["npm run lint"]\ndependsOn = ["install"]\n[phases.build]\ndependsOn = ["...", "lint"]\n'
    const { plan } = await planFiles({ 'nixpacks.toml': text }, { toolchains })
    expect(orderPhases(plan)).toEqual(['setup', 'install', 'lint', 'build'])
    expect(plan.phases['lint']).toEqual({ cmds: ['npm run lint'], dependsOn: ['install'] })
  })
})

describe('file based configuration', () => {
  test('supports both a nixpacks.toml and a nixpacks.json file', async () => {
    const toml = await planFiles({ 'nixpacks.toml': '[phases.build]\ncmds = ["make"]\n' }, { toolchains })
    const json = await planFiles({ 'nixpacks.json': '{"phases":{"build":{"cmds":["make"]}}}' }, { toolchains })
    expect(toml.plan.phases['build']?.cmds).toEqual(['make'])
    expect(formatPlan(json.plan)).toBe(formatPlan(toml.plan))
  })

  test('a change of the file can be tracked', async () => {
    const before = await planFiles({ 'nixpacks.toml': '[phases.build]\ncmds = ["make"]\n' }, { toolchains })
    const after = await planFiles({ 'nixpacks.toml': '[phases.build]\ncmds = ["make all"]\n' }, { toolchains })
    expect(diffPlans(before.plan, after.plan)).toEqual([{ key: 'phases.build.cmds', before: ['make'], after: ['make all'] }])
    expect(diffPlans(before.plan, before.plan)).toEqual([])
  })

  test('the contents of the file is the same plan that the providers generate', async () => {
    const generated = await planFiles({}, { toolchains })
    const written = await planFiles({ 'nixpacks.json': formatPlan(generated.plan) }, { toolchains })
    expect(formatPlan(written.plan)).toBe(formatPlan(generated.plan))
    expect(generated.plan.phases['install']?.cmds).toEqual(['npm ci'])
  })

  test('every part of the build can be customized by the file', async () => {
    const phase = {
      cmds: ['c'],
      dependsOn: ['setup'],
      nixPkgs: ['n'],
      nixLibs: ['l'],
      nixOverlays: ['o'],
      nixpkgsArchive: 'r',
      aptPkgs: ['a'],
      onlyIncludeFiles: ['f'],
      cacheDirectories: ['k'],
      paths: ['p'],
      outputs: ['u'],
      secrets: ['S'],
      variables: { V: 'v' },
    }
    const file = {
      buildImage: 'image',
      variables: { A: 'b' },
      staticAssets: { 'x.conf': 'text' },
      phases: { build: phase },
      start: { cmd: 'serve', runImage: 'slim', onlyIncludeFiles: ['dist'], user: 'app' },
      processes: { web: 'serve', clock: 'tick' },
      versions: { node: { version: '20', origin: 'me' } },
      exclude: ['tmp'],
    }
    const { plan } = await planFiles({ 'nixpacks.json': JSON.stringify(file) }, { toolchains })
    expect(plan).toMatchObject({ ...file, versions: { node: { version: '20' } } })
  })
})

describe('everything is a plan', () => {
  test('CLI flags become a plan', async () => {
    expect(await sourceOf('phases.build.cmds', {}, { overrides: { buildCmd: 'mine' } })).toMatchObject({
      value: ['mine'],
      layer: 'command line',
    })
  })

  test('environment variables become a plan', async () => {
    for (const name of ['HOP3_BUILD_CMD', 'NIXPACKS_BUILD_CMD']) {
      expect(await sourceOf('phases.build.cmds', {}, { env: { [name]: 'mine' } })).toMatchObject({ value: ['mine'], layer: 'environment' })
    }
  })

  test('the result of running a provider becomes a plan', async () => {
    expect(await sourceOf('phases.build.cmds', {})).toMatchObject({ value: ['npm run build'], layer: 'node toolchain', replaced: [] })
  })

  test('plans are merged into a final plan that contains everything', async () => {
    const { plan, layers } = await planFiles(
      { 'nixpacks.toml': '[phases.lint]\ncmds = ["lint"]\n' },
      { toolchains, env: { HOP3_APT_PKGS: 'curl' }, overrides: { startCmd: 'node .' } },
    )
    expect(plan).toMatchObject({
      phases: { install: { cmds: ['npm ci'] }, lint: { cmds: ['lint'] }, setup: { aptPkgs: ['curl'] } },
      start: { cmd: 'node .' },
    })
    expect(finishPlan(mergePlans(layers.map((layer) => layer.plan))).phases).toEqual(plan.phases)
  })
})

describe('merging', () => {
  test('priority: command line, environment, file, providers', async () => {
    const file = { 'nixpacks.toml': '[phases.build]\ncmds = ["file"]\n' }
    const env = { HOP3_BUILD_CMD: 'environment' }
    const all = await sourceOf('phases.build.cmds', file, { env, overrides: { buildCmd: 'command line' } })
    expect([all?.value, ...(all?.replaced ?? []).map(({ value }) => value)]).toEqual([
      ['command line'],
      ['environment'],
      ['file'],
      ['npm run build'],
    ])
  })

  test('a non-null property overrides the property of a lower plan', () => {
    const low = { buildImage: 'low', phases: { build: { cmds: ['low'] } }, start: { cmd: 'low' } }
    const high = { buildImage: 'high', phases: { build: { cmds: ['high'] } }, start: { cmd: 'high' } }
    expect(mergePlans([low, high])).toMatchObject(high)
  })

  test('a property that is null above and not below has the value below', () => {
    const low = { buildImage: 'low', phases: { build: { cmds: ['low'] } }, start: { cmd: 'low' } }
    const high = { buildImage: null, phases: { build: { cmds: null, aptPkgs: ['curl'] } }, start: { cmd: null, user: 'app' } }
    expect(mergePlans([low, high])).toMatchObject({
      buildImage: 'low',
      phases: { build: { cmds: ['low'], aptPkgs: ['curl'] } },
      start: { cmd: 'low', user: 'app' },
    })
    expect(mergePlans([low, { phases: null, start: null }])).toMatchObject(low)
  })

  test.each(['...', '@auto'])('array properties are extended with %s', async (marker) => {
    const { plan } = await planFiles({ 'nixpacks.toml': `[phases.build]\ncmds = ["${marker}", "make"]\n` }, { toolchains })
    expect(plan.phases['build']?.cmds).toEqual(['npm run build', 'make'])
  })

  test('the plan from the providers is always the lowest', async () => {
    const { layers } = await planFiles(
      { Procfile: 'web: x', 'nixpacks.toml': '[phases.lint]\ncmds = ["lint"]\n' },
      { toolchains, env: { HOP3_BUILD_CMD: 'b' }, overrides: { installCmd: 'i' } },
    )
    const origins = layers.map(({ origin }) => origin)
    const [providers = -1, ...others] = ['node toolchain', 'Procfile', 'nixpacks.toml', 'environment', 'command line'].map((origin) =>
      origins.indexOf(origin),
    )
    expect(providers).toBeGreaterThan(-1)
    expect(others.filter((other) => other <= providers)).toEqual([])
  })

  test('the automatic configuration can always be extended', async () => {
    const env = { HOP3_BUILD_CMD: 'unused' }
    const json = { jsonPlan: { text: '{"phases":{"build":{"cmds":["...","and this"]}}}', origin: '--json-plan' } }
    const above = await planFiles({}, { toolchains, overrides: json })
    expect(above.plan.phases['build']?.cmds).toEqual(['npm run build', 'and this'])
    const between = await planFiles({}, { toolchains, env, overrides: json })
    expect(between.plan.phases['build']?.cmds).toEqual(['unused', 'and this'])
  })

  test('the automatic configuration can be overridden completely', async () => {
    const text = 'providers = []\n[phases.build]\ncmds = ["make"]\n[start]\ncmd = "./server"\n'
    const { plan } = await planFiles({ 'nixpacks.toml': text }, { toolchains })
    expect(plan).toEqual({
      providers: [],
      variables: {},
      phases: { build: { cmds: ['make'], dependsOn: [] } },
      start: { cmd: './server' },
      processes: { web: './server' },
      versions: {},
      runtime: { kind: 'process' },
    })
  })
})

test('the table of sentences names tests that exist, and every test of these files', () => {
  const root = new URL('../../../', import.meta.url)
  const page = readFileSync(new URL('docs/rfc-508.md', root), 'utf8')
  const rows = [...page.matchAll(/^\| *\d+ *\|.*\| *\[[^\]]+\]\(\.\.\/([^)]+)\): “([^”]+)” *\|$/gm)]
  expect(rows.length).toBeGreaterThan(40)
  const named = rows.map(([, path = '', title = '']) => ({ path, title }))
  const textOf = (path: string): string => (existsSync(new URL(path, root)) ? readFileSync(new URL(path, root), 'utf8') : '')
  const isTitle = (path: string, title: string): boolean => [`'${title}'`, `"${title}"`].some((quoted) => textOf(path).includes(quoted))
  expect(named.filter(({ path, title }) => !isTitle(path, title))).toEqual([])

  const numbers = [...page.matchAll(/^\| *(\d+) *\|/gm)].map((match) => Number(match[1]))
  expect(numbers).toEqual(numbers.map((_, index) => index + 1))
  for (const path of [
    'packages/planner/test/rfc-508.test.ts',
    'packages/planner/test/rfc-508-providers.test.ts',
    'packages/toolchains/test/rfc-508-providers.test.ts',
    'packages/builder-docker/test/rfc-508.test.ts',
  ]) {
    const titles = [...textOf(path).matchAll(/^ *test(?:\.each\(.*\))?\('([^']+)'/gm)].map((match) => match[1] ?? '')
    const own = named.filter((row) => row.path === path).map(({ title }) => title)
    expect(titles.filter((title) => !own.includes(title) && !title.startsWith('the table of sentences'))).toEqual([])
  }
})
