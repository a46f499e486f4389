import { silentLog } from '@hop3/core'
import { tempApp } from '@hop3/testing'
import { describe, expect, test } from 'vitest'
import { createSourceView, planApp, readAppConfig } from '../src/index.ts'
import { accessWith } from './access-with.ts'
import { rejectionOf } from './error-of.ts'
import { nodeToolchain, planFiles } from './plan-files.ts'

describe('values no builder could use', () => {
  test.each([
    [
      '[phases.setup]\naptPkgs = ["curl; reboot"]\n',
      'nixpacks.toml:2:1: "curl; reboot" in phases.setup.aptPkgs is not the name of a Debian',
    ],
    ['[phases.setup]\naptPkgs = ["-y"]\n', 'nixpacks.toml:2:1: "-y" in phases.setup.aptPkgs'],
    ['[phases.setup]\naptPkgs = ["Curl"]\n', 'nixpacks.toml:2:1: "Curl"'],
    ['[phases.setup]\nnixPkgs = ["$(id)"]\n', 'nixpacks.toml:2:1: "$(id)" in phases.setup.nixPkgs is not the name of a package in nixpkgs'],
    ['[phases.setup]\nnixLibs = ["a b"]\n', 'nixpacks.toml:2:1: "a b" in phases.setup.nixLibs'],
    ['[phases.build]\ncmds = ["a\\u0000b"]\n', 'nixpacks.toml:2:1: "a\\u0000b" in phases.build.cmds holds a NUL'],
    ['[variables]\nA = "\\u0000"\n', 'nixpacks.toml:2:1: "\\u0000" in variables.A holds a NUL'],
    ['[runtime]\nkind = "My App"\n', 'nixpacks.toml:2:1: "My App" in runtime.kind is no kind of app'],
    ['[runtime]\nhealthcheckPath = "up"\n', 'nixpacks.toml:2:1: "up" in runtime.healthcheckPath is no path of a URL'],
    ['[start]\ncmd = ""\n', 'nixpacks.toml:2:1: the command of web must be a command; it is "".'],
    ['[processes]\nworker = "a\\u0000"\n', 'nixpacks.toml:2:1: the command of worker must be a command'],
  ])('%j', async (toml, message) => {
    const error = await rejectionOf(planFiles({ 'nixpacks.toml': toml }))
    expect(error).toMatchObject({ code: 'config.invalid', message: expect.stringContaining(message) })
    expect(error.hint).toBeTruthy()
  })

  test('what apt and nixpkgs have is fine', async () => {
    const phases = {
      setup: {
        aptPkgs: ['g++', 'libstdc++-12-dev', 'libc6:arm64', 'nodejs=20.1.0-1+deb12u1~x', 'curl/bookworm-backports'],
        nixPkgs: ['nodejs_22', 'xorg.libX11', "a'", 'noto-fonts'],
      },
    }
    const { plan } = await planFiles({ 'nixpacks.json': JSON.stringify({ phases }) })
    expect(plan.phases['setup']).toMatchObject(phases.setup)
  })

  test('of the command line and of hop3.toml, too', async () => {
    const files = { 'hop3.toml': '[build]\npackages = ["Curl"]\n' }
    expect(await rejectionOf(planFiles(files))).toMatchObject({ message: expect.stringMatching(/^hop3\.toml:2:1: "Curl"/) })
    expect(await rejectionOf(planFiles({}, { overrides: { aptPkgs: ['a;b'] } }))).toMatchObject({
      message: expect.stringMatching(/^--apt: "a;b"/),
    })
  })
})

describe('what JSON and TOML would lose', () => {
  test('a name an object has twice', async () => {
    const json = '{\n  "phases": { "build": { "cmds": ["a"] },\n    "build": { "cmds": ["b"] } } }'
    const said = { code: 'config.duplicate-key', message: expect.stringContaining('3:5: phases.build is given twice; the first time is ') }
    expect(await rejectionOf(planFiles({ 'nixpacks.json': json }))).toMatchObject(said)
    const overrides = { jsonPlan: { text: json, origin: '--json-plan' } }
    expect(await rejectionOf(planFiles({}, { overrides }))).toMatchObject(said)
  })

  test('a phase with the name of the prototype; one of any other property is a phase', async () => {
    const json = '{"phases":{"__proto__":{"cmds":["a"]}}}'
    expect(await rejectionOf(planFiles({ 'nixpacks.json': json }))).toMatchObject({
      code: 'config.invalid',
      message: expect.stringMatching(/^nixpacks\.json:1:12: phases\.__proto__ cannot be the name/),
    })
    expect(await rejectionOf(planFiles({ 'nixpacks.toml': '[phases.__proto__]\ncmds = ["a"]\n' }))).toMatchObject({
      code: 'config.invalid',
    })
    const { plan } = await planFiles({ 'nixpacks.toml': '[phases.constructor]\ncmds = ["a"]\n' })
    expect(Object.keys(plan.phases)).toEqual(['constructor'])
  })

  test('a phase that is null leaves the lower layers their say', async () => {
    const { plan } = await planFiles({ 'nixpacks.json': '{"phases":{"build":null}}' }, { toolchains: [nodeToolchain()] })
    expect(plan.phases['build']?.cmds).toEqual(['npm run build'])
  })
})

test.each(['config', 'providers'])('a table of [%s] that no toolchain reads is named', async (section) => {
  const error = await rejectionOf(planFiles({ 'nixpacks.toml': `[${section}.cobol]\na = 1\n` }, { toolchains: [nodeToolchain()] }))
  expect(error).toMatchObject({
    code: 'config.unknown-toolchain',
    message: `nixpacks.toml:1:${section.length + 3}: there is no toolchain "cobol" to configure.`,
    hint: expect.stringContaining('Known toolchains: node'),
  })
})

test('a package that is installed and no provider says why', async () => {
  const sourcePath = await tempApp({ 'hop3.toml': '[build]\ntoolchain = "@acme/hop3-deno"\n' })
  const config = await readAppConfig({ sourcePath })
  const ignored = [{ name: '@acme/hop3-deno', error: 'its package.json has a hop3.plan and lacks the keyword hop3-toolchain' }]
  const access = accessWith(sourcePath, { ignored })
  const request = { appName: 'shop', sourcePath, source: createSourceView(sourcePath), config, toolchains: [], log: silentLog, access }
  expect(await rejectionOf(planApp(request))).toMatchObject({
    code: 'config.unknown-toolchain',
    message: expect.stringMatching(/^hop3\.toml:2:1: .*lacks the keyword hop3-toolchain\.$/),
  })
})
