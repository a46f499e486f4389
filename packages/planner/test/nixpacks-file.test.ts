import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tempApp } from '@hop3/testing'
import { describe, expect, test } from 'vitest'
import { readAppConfig } from '../src/index.ts'
import { rejectionOf } from './error-of.ts'
import { nodeToolchain, planFiles } from './plan-files.ts'

const toml = `providers = ["...", "staticfile"]
buildImage = "debian"

[variables]
NODE_ENV = "production"
NIXPACKS_NODE_VERSION = "20"

[phases.setup]
nixPackages = ["...", "cowsay"]
nix_libraries = ["zlib"]
apt-packages = ["curl"]
nixpkgsArchive = "abc"
name = "setup"

[phases.build]
commands = ["...", "make"]
dependsOn = ["...", "lint"]
envPaths = ["bin"]
cacheDirectories = [".cache"]

[phases.lint]
cmds = ["npm run lint"]
dependsOn = ["install"]

[start]
cmd = "node server.js"
runImage = "slim"

[config.node]
package_manager = "pnpm"
`

const json = JSON.stringify({
  $schema: 'https://example.com/schema.json',
  providers: ['...', 'staticfile'],
  buildImage: 'debian',
  variables: { NODE_ENV: 'production', NIXPACKS_NODE_VERSION: '20' },
  phases: {
    setup: { name: 'setup', nixPkgs: ['...', 'cowsay'], nixLibraries: ['zlib'], aptPackages: ['curl'], nixpkgsArchive: 'abc' },
    build: { commands: ['...', 'make'], dependsOn: ['...', 'lint'], paths: ['bin'], cacheDirectories: ['.cache'] },
    lint: { cmds: ['npm run lint'], dependsOn: ['install'] },
  },
  start: { cmd: 'node server.js', runImage: 'slim', user: null },
  config: { node: { packageManager: 'pnpm' } },
})

const site = nodeToolchain({ phases: {}, processes: {}, variables: {}, versions: {}, decisions: [] }, undefined, 'static')
const manager = nodeToolchain({}, (z) => z.strictObject({ packageManager: z.string().optional() }))

describe('a nixpacks file works unchanged', () => {
  test.each([
    ['nixpacks.toml', toml],
    ['nixpacks.json', json],
    ['nixpacks.toml', toml.replaceAll('\n', '\r\n')],
    ['nixpacks.json', `\ufeff${json}`],
  ])('%s', async (name, text) => {
    const { plan, toolchains, runtime, decisions } = await planFiles(
      { [name]: text, Procfile: 'web: old' },
      { toolchains: [manager, site] },
    )
    expect(toolchains).toEqual(['node', 'static'])
    expect(plan).toMatchObject({
      buildImage: 'debian',
      variables: { NODE_ENV: 'production' },
      phases: {
        setup: { nixPkgs: ['nodejs', 'npm', 'cowsay'], nixLibs: ['zlib'], aptPkgs: ['curl'], nixpkgsArchive: 'abc' },
        build: { cmds: ['npm run build', 'make'], dependsOn: ['install', 'lint'], paths: ['bin'], cacheDirectories: ['.cache'] },
        lint: { cmds: ['npm run lint'], dependsOn: ['install'] },
      },
      start: { cmd: 'node server.js', runImage: 'slim' },
      processes: { web: 'node server.js' },
      versions: { node: { version: '20' } },
    })
    // nixpacks sets the file's variables while the app runs, too.
    expect(runtime.envVars).toEqual({ NODE_ENV: 'production' })
    expect(JSON.stringify(plan)).not.toContain('NIXPACKS_')
    expect(JSON.stringify(runtime)).not.toContain('NIXPACKS_')
    expect(decisions).toContainEqual({ key: 'options', value: '{"packageManager":"pnpm"}', origin: 'node' })
  })

  test('every value says where it was written', async () => {
    const { config } = await planFiles({ 'nixpacks.toml': toml }, { toolchains: [manager, site] })
    const origins = Object.assign({}, ...config.planLayers.map((layer) => layer.origins))
    expect(origins).toMatchObject({
      providers: 'nixpacks.toml:1:1',
      buildImage: 'nixpacks.toml:2:1',
      'variables.NODE_ENV': 'nixpacks.toml:5:1',
      'phases.setup.nixPkgs': 'nixpacks.toml:9:1',
      'phases.setup.nixLibs': 'nixpacks.toml:10:1',
      'phases.setup.aptPkgs': 'nixpacks.toml:11:1',
      'phases.build.cmds': 'nixpacks.toml:16:1',
      'phases.build.paths': 'nixpacks.toml:18:1',
      'start.cmd': 'nixpacks.toml:26:1',
      'start.runImage': 'nixpacks.toml:27:1',
      'processes.web': 'nixpacks.toml:26:1',
    })
    expect(config.build.versions).toEqual({ node: { version: '20', origin: 'nixpacks.toml:6:1' } })
    expect(config.origins).toMatchObject({ 'build.node.package_manager': 'nixpacks.toml:30:1', 'phases.build': 'nixpacks.toml:16:1' })
  })

  test('a table under providers configures and selects nothing', async () => {
    const { plan, toolchains, config } = await planFiles(
      { 'nixpacks.toml': '[providers.node]\nversion = "21"\n' },
      { toolchains: [nodeToolchain()] },
    )
    expect(toolchains).toEqual(['node'])
    expect(config.build.toolchains).toBeUndefined()
    expect(plan.versions).toEqual({ node: { version: '21', origin: 'nixpacks.toml:2:1' } })
  })

  test('providers = [] is no provider, and an empty file says nothing', async () => {
    const alone = await planFiles(
      { 'nixpacks.toml': 'providers = []\n[phases.build]\ncmds = ["make"]\n' },
      { toolchains: [nodeToolchain()] },
    )
    expect(alone).toMatchObject({ toolchains: [], kind: 'process', plan: { providers: [], phases: { build: { cmds: ['make'] } } } })
    expect((await planFiles({ 'nixpacks.toml': '' }, { toolchains: [nodeToolchain()] })).toolchains).toEqual(['node'])
  })

  test('a plan of ours says itself how the app runs', async () => {
    const frozen = '{ "providers": [], "variables": { "A": "b" }, "processes": { "web": "x" }, "runtime": { "kind": "node" } }'
    expect((await planFiles({ 'nixpacks.json': frozen })).config.env).toEqual({})
  })

  test('commands that use configuration variables get their values', async () => {
    const { plan, warnings } = await planFiles({
      'nixpacks.toml':
        '[variables]\nNIXPACKS_UV_VERSION = "0.4.30"\nNIXPACKS_GO_BIN = "a; b"\n[phases.install]\ncmds = ["pip install uv==$NIXPACKS_UV_VERSION && uv sync", "x ${NIXPACKS_UV_VERSION}y $NIXPACKS_GO_BIN $NIXPACKS_PDM_VERSION"]\n',
    })
    expect(plan.phases['install']?.cmds).toEqual(['pip install uv==0.4.30 && uv sync', 'x 0.4.30y $NIXPACKS_GO_BIN $NIXPACKS_PDM_VERSION'])
    expect(plan.variables).toEqual({})
    expect(warnings).toContain('nixpacks.toml:5:1: NIXPACKS_PDM_VERSION is set by nothing here; write it under [variables].')
  })

  test("variables of nixpacks' own output are dropped; what has no equal here is named", async () => {
    const { plan, warnings } = await planFiles({
      'nixpacks.toml': '[variables]\nNIXPACKS_METADATA = "node"\nNIXPACKS_SPA_CADDY = "false"\nNIXPACKS_GO_BIN = "x"\nA = "b"\n',
    })
    expect(plan.variables).toEqual({ A: 'b' })
    expect(warnings).toEqual(['nixpacks.toml:3:1 has no effect here.', 'nixpacks.toml:4:1 is read by nothing known here.'])
  })
})

describe('a nixpacks file beside hop3.toml', () => {
  test('a hop3.toml that says nothing about the plan, or something else, is fine', async () => {
    const { plan, config } = await planFiles({
      'nixpacks.toml': '[phases.build]\ncmds = ["make"]\n[start]\ncmd = "./server"\n',
      'hop3.toml': '[metadata]\nid = "shop"\n[build]\nafter-build = "make check"\n[run.workers]\nworker = "./work"\n',
    })
    expect(config.metadata.id).toBe('shop')
    expect(plan.processes).toEqual({ web: './server', worker: './work' })
    expect(Object.keys(plan.phases)).toEqual(['build', 'postbuild'])
  })

  test('what both say with the same words is said once', async () => {
    const { plan } = await planFiles(
      {
        'nixpacks.toml': 'providers = ["node"]\n[phases.build]\ncmds = ["make"]\n[start]\ncmd = "./server"\n',
        'hop3.toml': '[build]\ntoolchain = "node"\nbuild = "make"\n[run]\nstart = "./server"\n',
      },
      { toolchains: [nodeToolchain()] },
    )
    expect(plan.phases['build']?.cmds).toEqual(['make'])
  })

  test.each([
    [
      '[phases.build]\ncmds = ["a"]',
      '[build]\nbuild = "b"',
      'nixpacks.toml:2:1 and hop3.toml:2:1 say different things about phases.build.cmds.',
    ],
    ['[phases.build]\ncmds = ["a"]', '[build.plan.phases.build]\ncmds = ["b"]', 'nixpacks.toml:2:1 and hop3.toml:2:1 say different things'],
    [
      '[phases.setup]\naptPkgs = ["...", "a"]',
      '[build]\npackages = ["a"]',
      'nixpacks.toml:2:1 and hop3.toml:2:1 both extend phases.setup.aptPkgs.',
    ],
    ['[start]\ncmd = "a"', '[run]\nstart = "b"', 'nixpacks.toml:2:1 and hop3.toml:2:1 say different things about processes.web.'],
    ['providers = ["go"]', '[build]\ntoolchain = "node"', 'nixpacks.toml:1:1 and hop3.toml:2:1 say different things about providers.'],
    [
      '[variables]\nA = "1"',
      '[build.plan.variables]\nA = "2"',
      'nixpacks.toml:2:1 and hop3.toml:2:1 say different things about variables.A.',
    ],
    [
      '[variables]\nNIXPACKS_NODE_VERSION = "20"',
      '[build.node]\nversion = "22"',
      'nixpacks.toml:2:1 and hop3.toml:2:1 say different things about versions.node.',
    ],
    [
      '[config.node]\nspa = true',
      '[build.node]\nspa = false',
      'nixpacks.toml:2:1 and hop3.toml:2:1 say different things about build.node.spa.',
    ],
  ])('%s against %s', async (nixpacks, hop3, message) => {
    const error = await rejectionOf(planFiles({ 'nixpacks.toml': nixpacks, 'hop3.toml': hop3 }))
    expect(error).toMatchObject({ code: 'config.conflict', message: expect.stringContaining(message) })
    expect(error.message).not.toContain('undefined')
  })

  test('two ways to answer requests', async () => {
    const error = await rejectionOf(planFiles({ 'nixpacks.toml': '[start]\ncmd = "a"', 'hop3.toml': '[run.workers]\nwsgi = "app:app"' }))
    expect(error).toMatchObject({
      code: 'config.two-web-workers',
      message: "hop3.toml:2:1: wsgi answers at the app's address, and so does web (nixpacks.toml:2:1).",
    })
  })
})

describe('wrong nixpacks files', () => {
  test.each([
    ['nixpacks.toml', 'providers = [', 'config.syntax', 'nixpacks.toml:1:'],
    ['nixpacks.toml', '[phases.build]\ncmds = ["a"\n', 'config.syntax', 'nixpacks.toml:3:1: this is not TOML'],
    ['nixpacks.json', '{ "phases": { "build": { "cmds": ["a",] } } }', 'config.syntax', 'nixpacks.json:1:39: this is not JSON'],
    ['nixpacks.json', '', 'config.syntax', 'nixpacks.json:1:1: this is not JSON: the file is empty.'],
    ['nixpacks.json', '[]', 'config.invalid', 'nixpacks.json:1:1: a plan must be an object; it is a list.'],
    ['nixpacks.toml', '[phases.build]\ncmd = ["a"]\n', 'config.unknown-key', 'nixpacks.toml:2:1: unknown key "cmd" in [phases.build].'],
    ['nixpacks.toml', '[phase.build]\ncmds = ["a"]\n', 'config.unknown-key', 'nixpacks.toml:1:2: unknown key "phase" at the top level.'],
    ['nixpacks.json', '{\n  "start": { "command": "x" }\n}', 'config.unknown-key', 'nixpacks.json:2:14: unknown key "command" in [start].'],
    [
      'nixpacks.toml',
      '[phases.build]\ncmds = "make"\n',
      'config.invalid',
      'nixpacks.toml:2:1: phases.build.cmds must be a list; it is "make".',
    ],
    [
      'nixpacks.toml',
      '[phases.build]\ncmds = ["a", 1]\n',
      'config.invalid',
      'nixpacks.toml:2:14: phases.build.cmds[1] must be a string; it is the number 1.',
    ],
    [
      'nixpacks.toml',
      '[variables]\nPORT = 3000\n',
      'config.invalid',
      'nixpacks.toml:2:1: variables.PORT must be a string; it is the number 3000.',
    ],
    ['nixpacks.toml', 'providers = "node"\n', 'config.invalid', 'nixpacks.toml:1:1: providers must be a list; it is "node".'],
    [
      'nixpacks.toml',
      '[phases.build]\ncmds = ["a"]\ncommands = ["b"]\n',
      'config.duplicate-key',
      'nixpacks.toml:3:1: phases.build.cmds is given twice',
    ],
    ['nixpacks.toml', '[variables]\n"A-B" = "x"\n', 'config.env-name', 'nixpacks.toml:2:1: "A-B" is not the name'],
    ['nixpacks.toml', 'config = "x"\n', 'config.invalid', 'nixpacks.toml:1:1: config must be a table.'],
    ['nixpacks.toml', '[providers]\nnode = "22"\n', 'config.invalid', 'nixpacks.toml:2:1: providers.node must be a table.'],
    [
      'nixpacks.toml',
      '[config.node]\na = 1\n[providers.node]\nb = 1\n',
      'config.conflict',
      'nixpacks.toml:3:12: node is configured twice; the first table is nixpacks.toml:1:9.',
    ],
    [
      'nixpacks.toml',
      '[variables]\nHOP3_PKGS = "a"\nNIXPACKS_PKGS = "b"\n',
      'config.conflict',
      'nixpacks.toml:2:1 and nixpacks.toml:3:1 say different things about one matter.',
    ],
    [
      'nixpacks.toml',
      '[variables]\nNIXPACKS_BUIDL_CMD = "a"\n',
      'config.unknown-variable',
      'nixpacks.toml:2:1: there is no build variable "BUIDL_CMD".',
    ],
    ['nixpacks.json', '{ "processes": { "a/b": "x" } }', 'config.worker-name', 'nixpacks.json:1:18: "a/b" is not a worker name'],
  ])('%s: %j is %s', async (name, text, code, message) => {
    const error = await rejectionOf(planFiles({ [name]: text }))
    expect({ code: error.code, message: error.message }).toEqual({ code, message: expect.stringContaining(message) })
    expect(error.hint).toBeTruthy()
  })

  test('a slip is told apart by the nearest key', async () => {
    const error = await rejectionOf(planFiles({ 'nixpacks.toml': '[phases.build]\ndependOn = ["a"]\n' }))
    expect(error.hint).toMatch(/^Did you mean `dependsOn`\? Known keys: cmds, /)
  })

  test('both files', async () => {
    const error = await rejectionOf(planFiles({ 'nixpacks.toml': '', 'nixpacks.json': '{}' }))
    expect(error).toMatchObject({
      code: 'config.conflict',
      message: 'There are both nixpacks.toml and nixpacks.json, and each is the whole plan.',
    })
  })

  test.each(['utf-16le', 'utf-16be'])('%s without a byte order mark, which is UTF-8 as well', async (encoding) => {
    const sourcePath = await tempApp()
    const bytes = Buffer.from('providers = []', 'utf16le')
    writeFileSync(join(sourcePath, 'nixpacks.toml'), encoding === 'utf-16le' ? bytes : bytes.swap16())
    expect(await rejectionOf(readAppConfig({ sourcePath }))).toMatchObject({
      code: 'config.unreadable',
      message: 'Cannot read "nixpacks.toml": it is encoded in UTF-16.',
      hint: `Save the file as UTF-8: iconv -f ${encoding} -t utf-8 nixpacks.toml`,
    })
  })

  test('UTF-16', async () => {
    const sourcePath = await tempApp({})
    writeFileSync(join(sourcePath, 'nixpacks.toml'), Buffer.from('\ufeffproviders = []', 'utf16le'))
    expect(await rejectionOf(readAppConfig({ sourcePath }))).toMatchObject({
      code: 'config.unreadable',
      message: 'Cannot read "nixpacks.toml": it is encoded in UTF-16.',
      hint: 'Save the file as UTF-8: iconv -f utf-16 -t utf-8 nixpacks.toml',
    })
  })

  test('a directory of that name', async () => {
    const sourcePath = await tempApp({})
    mkdirSync(join(sourcePath, 'nixpacks.toml'))
    expect((await rejectionOf(readAppConfig({ sourcePath }))).message).toContain('nixpacks.toml')
  })
})
