import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { emptyAppConfig, silentLog, type AppConfig, type ToolchainFactory, type ToolchainPlan } from '@hop3/core'
import { tempApp, type Files } from '@hop3/testing'
import { describe, expect, test } from 'vitest'
import { orderPhases, planApp, readAppConfig, type PlanOverrides, type ProviderAccess } from '../src/index.ts'
import { rejectionOf } from './error-of.ts'
import { accessWith } from './access-with.ts'

function toolchain(name: string, file: string, plan: Partial<ToolchainPlan> = {}): ToolchainFactory {
  return {
    name,
    specificity: 'inferred',
    create: ({ source }) => ({
      name,
      accept: async () =>
        (await source.hasFile(file)) ? { accepted: true, reason: `there is ${file}` } : { accepted: false, reason: `no ${file}` },
      plan: async () => ({
        kind: name,
        phases: { install: { cmds: [`${name} install`], paths: [`.${name}/bin`] }, build: { cmds: [`${name} build`] } },
        processes: { web: `${name} serve` },
        versions: { [name]: { version: '1', origin: 'default' } },
        runtime: { envPaths: { [`${name.toUpperCase()}_HOME`]: `.${name}` }, pathPrepend: [`.${name}/bin`] },
        decisions: [],
        warnings: [],
        ...plan,
      }),
    }),
  }
}

const toolchains = [toolchain('python', 'requirements.txt'), toolchain('node', 'package.json')]

async function plan(
  files: Files,
  { overrides, access, change }: { overrides?: PlanOverrides; access?: ProviderAccess; change?: Partial<AppConfig['build']> } = {},
) {
  const sourcePath = await tempApp(files)
  const read = await readAppConfig({ sourcePath, ...(overrides && { overrides }) })
  const config = change === undefined ? read : { ...read, build: { ...read.build, ...change } }
  return planApp({ appName: 'shop', sourcePath, config, toolchains, log: silentLog, ...(access && { access }) })
}

const providers = (...names: string[]): Files => ({ 'hop3.toml': `[build.plan]\nproviders = ${JSON.stringify(names)}\n` })

describe('the list of providers', () => {
  test('absent: the one detected; empty: none', async () => {
    expect((await plan({ 'package.json': '{}' })).plan.providers).toEqual(['node'])
    const none = await plan({
      'package.json': '{}',
      'hop3.toml': '[build.plan]\nproviders = []\n[build.plan.phases.build]\ncmds = ["make"]\n[run]\nstart = "./server"\n',
    })
    expect(none).toMatchObject({
      kind: 'process',
      toolchains: [],
      plan: { providers: [], phases: { build: { cmds: ['make'] } }, start: { cmd: './server' } },
    })
  })

  test.each(['...', '@auto'])('%s extends what was detected, and an entry written twice counts once', async (marker) => {
    expect((await plan({ 'package.json': '{}', ...providers(marker, 'python', 'node', 'python') })).plan.providers).toEqual([
      'node',
      'python',
    ])
  })

  test('in [build] toolchains, too', async () => {
    const files = { 'package.json': '{}', 'hop3.toml': '[build]\ntoolchains = ["...", "fonts"]\n' }
    expect((await plan(files)).plan.providers).toEqual(['node', 'fonts'])
  })

  test('an unknown name is an error with what was meant and what there is', async () => {
    expect(await rejectionOf(plan(providers('pyhton')))).toMatchObject({
      code: 'config.unknown-toolchain',
      hint: expect.stringMatching(/Did you mean `python`.*node.*fonts/s),
    })
    expect(await rejectionOf(plan(providers('font')))).toMatchObject({ hint: expect.stringContaining('Did you mean `fonts`') })
    expect(await rejectionOf(plan(providers('@acme/hop3-zig')))).toMatchObject({
      hint: expect.stringContaining('npm install @acme/hop3-zig'),
    })
  })

  test('two languages: plain and prefixed phases, one runtime, an edge from one to the other', async () => {
    const planned = await plan({
      'hop3.toml': '[build.plan]\nproviders = ["node", "python"]\n[build.plan.phases.build]\ndependsOn = ["...", "python:install"]\n',
    })
    expect(planned.plan.phases).toMatchObject({
      install: { cmds: ['node install'] },
      build: { cmds: ['node build'], dependsOn: ['install', 'python:install'] },
      'python:install': { cmds: ['python install'] },
      'python:build': { dependsOn: ['python:install'] },
    })
    const order = orderPhases(planned.plan)
    expect(order.indexOf('python:install')).toBeLessThan(order.indexOf('build'))
    expect(planned.runtime).toMatchObject({
      pathPrepend: ['.node/bin', '.python/bin'],
      envPaths: { NODE_HOME: '.node', PYTHON_HOME: '.python' },
      workers: { web: 'node serve' },
    })
  })

  test('cycles and unknown targets across providers print the path', async () => {
    const cycle =
      '[build.plan]\nproviders = ["node", "python"]\n[build.plan.phases.install]\ndependsOn = ["python:build"]\n[build.plan.phases."python:install"]\ndependsOn = ["build"]\n'
    expect(await rejectionOf(plan({ 'hop3.toml': cycle }))).toMatchObject({
      code: 'config.plan.cycle',
      message: expect.stringMatching(/^hop3\.toml:(?:4|6):1: .*→/),
    })
    const unknown = '[build.plan]\nproviders = ["node"]\n[build.plan.phases.build]\ndependsOn = ["...", "python:install"]\n'
    expect(await rejectionOf(plan({ 'hop3.toml': unknown }))).toMatchObject({
      code: 'config.plan.unknown-phase',
      message: expect.stringMatching(/^hop3\.toml:4:1: .*"python:install"/),
    })
    const inFile = '[phases.build]\ncmds = []\ndependsOn = ["instal"]\n'
    expect(await rejectionOf(plan({ 'x.toml': inFile, ...providers('node', './x.toml') }))).toMatchObject({
      code: 'config.plan.unknown-phase',
      message: expect.stringMatching(/^x\.toml:3:1: Phase "x:build" depends on "instal"/),
    })
    const odd = '[build.plan.phases."a b"]\n'
    expect(await rejectionOf(plan({ 'hop3.toml': odd }))).toMatchObject({
      code: 'config.plan.phase-name',
      message: expect.stringMatching(/^hop3\.toml:1:20: "a b"/),
    })
  })
})

describe('reusable providers', () => {
  test('sets of packages add to setup, whatever their place, and take nobody the plain names', async () => {
    const { plan: made, kind } = await plan(providers('chromium', 'python', 'fonts'))
    expect(kind).toBe('python')
    expect(made.phases['setup']?.aptPkgs).toEqual(expect.arrayContaining(['fontconfig', 'libnss3', 'fonts-liberation']))
    expect(made.phases['install']).toMatchObject({ cmds: ['python install'], dependsOn: ['setup'] })
    expect(Object.keys(made.phases)).toEqual(['build', 'install', 'setup'])
  })

  test('packages of a toolchain and of the app stay', async () => {
    const own = toolchain('python', 'requirements.txt', { phases: { setup: { cmds: ['venv'], aptPkgs: ['python3'] } } })
    const sourcePath = await tempApp({
      'hop3.toml': '[build]\npackages = ["mine"]\n[build.plan]\nproviders = ["python", "postgresql-client"]\n',
    })
    const { plan: made } = await planApp({
      appName: 'shop',
      sourcePath,
      config: await readAppConfig({ sourcePath }),
      toolchains: [own],
      log: silentLog,
    })
    expect(made.phases['setup']).toMatchObject({
      cmds: ['venv'],
      aptPkgs: expect.arrayContaining(['python3', 'postgresql-client', 'mine']),
    })
  })

  test('procfile wants a Procfile', async () => {
    expect((await plan({ Procfile: 'web: ./serve\n', ...providers('procfile') })).runtime.workers).toEqual({ web: './serve' })
    expect(await rejectionOf(plan(providers('procfile')))).toMatchObject({
      code: 'config.provider.procfile',
      message: expect.stringContaining('hop3.toml:2'),
    })
  })
})

describe('a plan file as provider', () => {
  const files = {
    'providers/zig.toml':
      '[phases.setup]\naptPkgs = ["zig"]\n[phases.build]\ncmds = ["zig build"]\noutputs = ["zig-out"]\n[start]\ncmd = "zig-out/bin/app"\n[runtime]\nkind = "zig"\npathPrepend = ["zig-out/bin"]\n[versions]\nzig = "0.14.0"\n',
  }

  test('alone: says what the app is', async () => {
    const planned = await plan({ ...files, ...providers('./providers/zig.toml') })
    expect(planned).toMatchObject({
      kind: 'zig',
      plan: {
        providers: ['./providers/zig.toml'],
        phases: { build: { cmds: ['zig build'], outputs: ['zig-out'] }, setup: { aptPkgs: ['zig'] } },
        versions: { zig: { version: '0.14.0' } },
      },
      runtime: { workers: { web: 'zig-out/bin/app' }, pathPrepend: ['zig-out/bin'] },
    })
    expect(planned.decisions).toContainEqual({ key: 'processes.web', value: 'zig-out/bin/app', origin: 'providers/zig.toml:7:1' })
  })

  test('after others: at its place, prefixed', async () => {
    const { plan: made, runtime } = await plan({ ...files, ...providers('node', 'providers/zig.toml', './providers/zig.toml') })
    expect(made.providers).toEqual(['node', './providers/zig.toml'])
    expect(made.phases).toMatchObject({ build: { cmds: ['node build'] }, 'zig:build': { cmds: ['zig build'], dependsOn: ['zig:setup'] } })
    expect(runtime.workers).toEqual({ web: 'node serve' })
  })

  test('JSON, and two files of one name', async () => {
    const json = JSON.stringify({ phases: { build: { cmds: ['make'] } }, processes: { worker: './work' } })
    const { plan: made } = await plan({ 'a/make.json': json, 'b/make.json': json, ...providers('node', './a/make.json', './b/make.json') })
    expect(Object.keys(made.phases)).toEqual(['build', 'install', 'make-2:build', 'make:build'])
  })

  test('expands nothing of the app or the environment', async () => {
    const { plan: made } = await plan({ 'x.toml': '[variables]\nHOME_IS = "$HOME ${PATH}"\n', ...providers('./x.toml') })
    expect(made.variables).toEqual({ HOME_IS: '$HOME ${PATH}' })
  })

  test.each<[string, Files, string, string]>([
    ['missing', {}, './none.toml', 'config.provider.missing'],
    ['outside', {}, '../x.toml', 'config.path-outside'],
    ['absolute', {}, '/etc/hop3.toml', 'config.path-outside'],
    ['broken', { 'x.toml': 'phases = [' }, './x.toml', 'config.syntax'],
    ['of an unknown key', { 'x.toml': '[phases.build]\ncmd = ["make"]\n' }, './x.toml', 'config.unknown-key'],
    ['publishing the host', { 'x.toml': '[runtime.staticPaths]\n"/x" = "/etc"\n' }, './x.toml', 'config.static-path'],
    ['with an output outside', { 'x.toml': '[phases.build]\noutputs = ["../x"]\n' }, './x.toml', 'config.provider.path'],
    ['with a worker of no name', { 'x.toml': '[processes]\n"a b" = "x"\n' }, './x.toml', 'config.worker-name'],
    ['naming providers', { 'x.toml': 'providers = ["node"]\n' }, './x.toml', 'config.provider.plan'],
    ['too large', { 'x.toml': `# ${'x'.repeat(1024 * 1024)}\n` }, './x.toml', 'config.too-large'],
    ['too large for a plan', { 'x.json': `{}${' '.repeat(1024 * 1024)}` }, './x.json', 'config.provider.missing'],
    ['a JSON that is a list', { 'x.json': '[]' }, './x.json', 'config.invalid'],
  ])('%s is refused', async (_what, more, entry, code) => {
    const error = await rejectionOf(plan({ ...more, ...providers(entry) }))
    expect(error.code).toBe(code)
    expect(error.message).toMatch(/^(?:hop3\.toml|x\.toml|x\.json):\d+:\d+: /)
    expect(error.hint).not.toBe('')
  })
})

describe('an installed plan', () => {
  test('is read by the name of its package', async () => {
    const directory = await tempApp({ 'plan.json': '{"phases":{"build":{"cmds":["deno task build"]}},"start":{"cmd":"deno task start"}}' })
    const packages = [{ name: '@acme/hop3-deno', planFile: `${directory}/plan.json` }]
    const access = accessWith(directory, { packages })
    const planned = await plan(providers('node', '@acme/hop3-deno'), { access })
    expect(planned.plan.phases['hop3-deno:build']?.cmds).toEqual(['deno task build'])
    expect((await plan(providers('@acme/hop3-deno'), { access })).kind).toBe('process')
  })

  test('programs and URLs need access', async () => {
    for (const entry of ['exec:x', `https://127.0.0.1/x.toml#sha256=${'0'.repeat(64)}`]) {
      expect(await rejectionOf(plan(providers(entry)))).toMatchObject({ code: 'config.provider.unavailable' })
    }
  })
})

test('an app that names a toolchain loads no provider', async () => {
  const planned = await plan({ 'package.json': '{}' }, { change: { ...emptyAppConfig.build, toolchains: ['node'] } })
  expect(planned.toolchains).toEqual(['node'])
})

test('planning an app without a URL loads nothing of the network, and starts nothing', async () => {
  const sourcePath = await tempApp({ 'x.toml': '[start]\ncmd = "x"\n', ...providers('./x.toml', 'fonts') })
  const index = new URL('../src/index.ts', import.meta.url).href
  const program = `import { readAppConfig, planApp } from ${JSON.stringify(index)}
import { silentLog } from '@hop3/core'
const sourcePath = ${JSON.stringify(sourcePath)}
const planned = await planApp({ appName: 'shop', sourcePath, config: await readAppConfig({ sourcePath }), toolchains: [], log: silentLog })
const loaded = process.moduleLoadList.filter((name) => /^NativeModule (https?|child_process|net|tls)$/.test(name))
console.log(JSON.stringify([planned.kind, loaded]))`
  const args = ['--conditions=@hop3/source', '--input-type=module', '-e', program]
  const cwd = fileURLToPath(new URL('..', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd })
  expect(JSON.parse(stdout)).toEqual(['process', []])
})
