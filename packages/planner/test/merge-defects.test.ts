import { describe, expect, test } from 'vitest'
import { nodeToolchain, planFiles, type Layers } from './plan-files.ts'

// The nine merge defects measured in the original, each with all the layers it took, and what holds here instead.

async function plan(nixpacks: string, layers: Layers = {}, provider = nodeToolchain()) {
  return (
    await planFiles(
      { 'nixpacks.toml': nixpacks },
      { toolchains: [provider, nodeToolchain({}, undefined, 'python'), nodeToolchain({}, undefined, 'go')], ...layers },
    )
  ).plan
}

describe('merging four layers', () => {
  test('1: a marker is expanded once, however many layers lie above it', async () => {
    const file = '[phases.setup]\nnixPkgs = ["...", "a"]\n'
    expect((await plan(file, { env: { NIXPACKS_PKGS: 'b' } })).phases['setup']?.nixPkgs).toEqual(['b', 'nodejs', 'npm', 'a'])
    const all = await plan(file, { env: { NIXPACKS_PKGS: 'b' }, overrides: { pkgs: ['c'] } })
    expect(all.phases['setup']?.nixPkgs).toEqual(['c', 'b', 'nodejs', 'npm', 'a'])
  })

  test('2: what the file replaced, the environment does not bring back', async () => {
    const { phases } = await plan('[phases.setup]\nnixPkgs = ["a"]\n', { env: { NIXPACKS_PKGS: 'b' }, overrides: { pkgs: ['c'] } })
    expect(phases['setup']?.nixPkgs).toEqual(['c', 'b', 'a'])
  })

  test('3: two markers do not run the commands twice', async () => {
    const { phases } = await plan('[phases.build]\ncmds = ["...", "x", "@auto"]\n')
    expect(phases['build']?.cmds).toEqual(['npm run build', 'x'])
  })

  test('4: providers spread once', async () => {
    const overrides = { jsonPlan: { text: '{ "providers": ["...", "go"] }', origin: '--json-plan' } }
    expect((await plan('providers = ["...", "python"]\n', { overrides })).providers).toEqual(['node', 'python', 'go'])
  })

  test('5: an edge that is given twice is one edge, and no cycle', async () => {
    const { phases } = await plan('[phases.build]\ndependsOn = ["install", "install", "...", "@auto"]\n')
    expect(phases['build']?.dependsOn).toEqual(['install'])
  })

  test.each([
    ['environment', { env: { NIXPACKS_BUILD_CMD: 'make' } }],
    ['command line', { overrides: { buildCmd: 'make' } }],
  ])("6: a command of the %s leaves the phase's edges alone", async (_, layers) => {
    const file = '[phases.lint]\ncmds = ["lint"]\n[phases.build]\ndependsOn = ["...", "lint"]\n'
    expect((await plan(file, layers)).phases['build']).toMatchObject({ cmds: ['make'], dependsOn: ['install', 'lint'] })
  })

  test('7: a variable goes by its layer: toolchain, file, environment, command line', async () => {
    const file = '[variables]\nWHO = "file"\n'
    const overrides = { jsonPlan: { text: '{ "variables": { "WHO": "command line" } }', origin: '--json-plan' } }
    expect((await plan('')).variables['WHO']).toBe('toolchain')
    expect((await plan(file)).variables['WHO']).toBe('file')
    expect((await plan(file, { env: { WHO: 'environment' } })).variables['WHO']).toBe('environment')
    expect((await plan(file, { env: { WHO: 'environment' }, overrides })).variables['WHO']).toBe('command line')
  })

  test('8: cache directories count without a command, and in their order', async () => {
    const { phases } = await plan('', { env: { NIXPACKS_BUILD_CACHE_DIRS: '/z,/a', NIXPACKS_INSTALL_CACHE_DIRS: 'x' } })
    expect(phases['build']?.cacheDirectories).toEqual(['/z', '/a'])
    expect(phases['build']?.cmds).toEqual(['npm run build'])
    expect(phases['install']?.cacheDirectories).toEqual(['~/.npm', 'x'])
  })

  test("9: with a command they still come on top of the toolchain's", async () => {
    const { phases } = await plan('', { env: { NIXPACKS_INSTALL_CMD: 'make deps', NIXPACKS_INSTALL_CACHE_DIRS: '/z,/a' } })
    expect(phases['install']).toMatchObject({ cmds: ['make deps'], cacheDirectories: ['~/.npm', '/z', '/a'] })
  })

  test('nor do the rest: variables of a file configure, an empty value is one, packages alone leave no empty lists', async () => {
    const configured = await plan('[variables]\nNIXPACKS_NODE_VERSION = "20"\nNIXPACKS_PKGS = "x"\nNIXPACKS_START_CMD = "./go"\n')
    expect(configured).toMatchObject({ versions: { node: { version: '20' } }, start: { cmd: './go' }, variables: { WHO: 'toolchain' } })
    expect(configured.phases['setup']?.nixPkgs).toEqual(['x', 'nodejs', 'npm'])
    expect((await plan('', { env: { FOO: '' } })).variables).toEqual({ WHO: 'toolchain', FOO: '' })
    expect(Object.keys((await plan('', { overrides: { pkgs: ['a'] } })).phases['setup'] ?? {})).toEqual(['cmds', 'dependsOn', 'nixPkgs'])
  })
})
