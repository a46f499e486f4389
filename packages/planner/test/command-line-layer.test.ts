import { join } from 'node:path'
import { tempApp } from '@hop3/testing'
import { describe, expect, test } from 'vitest'
import { readAppConfig, type PlanOverrides } from '../src/index.ts'
import { rejectionOf } from './error-of.ts'
import { nodeToolchain, planFiles } from './plan-files.ts'

const toolchains = [nodeToolchain()]

async function planWith(overrides: PlanOverrides, files: Readonly<Record<string, string>> = {}) {
  return planFiles(files, { toolchains, overrides })
}

function jsonPlan(text: string, origin = '--json-plan'): PlanOverrides {
  return { jsonPlan: { text, origin } }
}

describe('the command line', () => {
  test('flags are the topmost layer, over a plan as text', async () => {
    const { plan, config } = await planWith(
      {
        ...jsonPlan(
          '{ "phases": { "build": { "cmds": ["json"], "aptPackages": ["a"] } }, "start": { "cmd": "json" }, "variables": { "WHO": "json" } }',
        ),
        buildCmd: 'flag',
        pkgs: ['cowsay,sl', 'figlet'],
        aptPkgs: ['b'],
        libs: ['c d'],
      },
      { 'nixpacks.toml': '[phases.build]\ncmds = ["file"]\n[variables]\nWHO = "file"\n' },
    )
    expect(plan).toMatchObject({
      phases: {
        build: { cmds: ['flag'], aptPkgs: ['a'] },
        setup: { nixPkgs: ['cowsay', 'sl', 'figlet', 'nodejs', 'npm'], aptPkgs: ['b'], nixLibs: ['c', 'd'] },
      },
      start: { cmd: 'json' },
      variables: { WHO: 'json' },
    })
    expect(Object.assign({}, ...config.planLayers.map(({ origins }) => origins))).toMatchObject({
      'phases.build.cmds': '--build-cmd',
      'phases.build.aptPkgs': '--json-plan:1:44',
      'phases.setup.nixPkgs': '--pkgs',
      'phases.setup.aptPkgs': '--apt',
      'phases.setup.nixLibs': '--libs',
      'start.cmd': '--json-plan:1:81',
      'variables.WHO': '--json-plan:1:113',
    })
  })

  test('providers: those named, with the marker besides the ones below, and none', async () => {
    const go = nodeToolchain({ processes: {} }, undefined, 'go')
    const named = async (names: readonly string[], files: Readonly<Record<string, string>> = {}) =>
      (await planFiles(files, { toolchains: [...toolchains, go], overrides: { toolchains: names } })).toolchains
    expect(await named(['go'])).toEqual(['go'])
    expect(await named(['...', 'go'])).toEqual(['node', 'go'])
    expect(await named(['go', '...'], { 'nixpacks.toml': 'providers = ["node"]' })).toEqual(['go', 'node'])
    expect((await planWith(jsonPlan('{ "providers": [] }'), { 'hop3.toml': '[build]\ntoolchain = "node"' })).toolchains).toEqual([])
  })

  test('variables of a plan as text configure, and win over the environment', async () => {
    const { plan } = await planFiles(
      {},
      {
        toolchains,
        env: { HOP3_NODE_VERSION: '20' },
        overrides: jsonPlan('{ "variables": { "NIXPACKS_NODE_VERSION": "21" } }'),
      },
    )
    expect(plan.versions['node']).toEqual({ version: '21', origin: '--json-plan:1:18' })
    expect(plan.variables).toEqual({ WHO: 'toolchain' })
  })

  test('an empty command is no command', async () => {
    expect((await planWith({ buildCmd: '' })).plan.phases['build']?.cmds).toEqual([])
  })

  test('--config names the file to read instead, by a path of the app', async () => {
    const files = { 'ci.toml': 'buildImage = "ci"', 'nixpacks.toml': 'buildImage = "x"', 'nixpacks.json': '{}' }
    expect((await planWith({ planFile: 'ci.toml' }, files)).plan.buildImage).toBe('ci')
    const sourcePath = await tempApp(files)
    const config = await readAppConfig({ sourcePath, overrides: { planFile: join(sourcePath, 'ci.toml') } })
    expect(config.planLayers).toEqual([{ origin: 'ci.toml', plan: { buildImage: 'ci' }, origins: { buildImage: 'ci.toml:1:1' } }])
  })
})

describe('wrong words on the command line', () => {
  test.each([
    [jsonPlan('{ "phases": '), 'config.syntax', '--json-plan:1:13: this is not JSON: it ends too early.'],
    [jsonPlan(''), 'config.syntax', '--json-plan:1:1: this is not JSON: the file is empty.'],
    [jsonPlan('phases'), 'config.syntax', '--json-plan:1:1: this is not JSON'],
    [jsonPlan('null'), 'config.invalid', '--json-plan:1:1: a plan must be an object; it is "null".'],
    [jsonPlan('[1]'), 'config.invalid', '--json-plan:1:1: a plan must be an object; it is a list.'],
    [jsonPlan('"x"', 'plan.json'), 'config.invalid', 'plan.json:1:1: a plan must be an object'],
    [jsonPlan('{\n  "phasis": {}\n}', 'plan.json'), 'config.unknown-key', 'plan.json:2:3: unknown key "phasis" at the top level.'],
    [jsonPlan('{ "start": 5 }'), 'config.invalid', '--json-plan:1:3: start must be a table; it is the number 5.'],
    [{ planFile: 'no.toml' }, 'config.plan-file', '--config: the app has no file "no.toml".'],
    [{ planFile: 'directory.toml' }, 'config.plan-file', '--config: the app has no file "directory.toml".'],
    [{ planFile: 'plan.yaml' }, 'config.plan-file', '--config: "plan.yaml" is neither a .toml nor a .json file.'],
    [{ planFile: '../plan.toml' }, 'config.path-outside', '--config: "../plan.toml" is not a path inside the app.'],
    [{ planFile: '/etc/plan.toml' }, 'config.path-outside', 'is not a path inside the app.'],
    [{ planFile: 'broken.json' }, 'config.syntax', 'broken.json:1:3: this is not JSON'],
  ])('%j is %s', async (overrides, code, message) => {
    const error = await rejectionOf(planWith(overrides, { 'plan.yaml': '', 'broken.json': '{ x }', 'directory.toml/x': '' }))
    expect({ code: error.code, message: error.message }).toEqual({ code, message: expect.stringContaining(message) })
    expect(error.hint).toBeTruthy()
  })
})
