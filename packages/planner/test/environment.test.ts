import { describe, expect, test } from 'vitest'
import { rejectionOf } from './error-of.ts'
import { nodeToolchain, planFiles, type Layers } from './plan-files.ts'

const toolchains = [nodeToolchain()]
const withOptions = [
  nodeToolchain({}, (z) =>
    z.strictObject({
      outputDirectory: z.string().optional(),
      spa: z.boolean().optional(),
      extras: z.array(z.string()).optional(),
      workers: z.number().optional(),
      packageManager: z.enum(['npm', 'pnpm']).optional(),
    }),
  ),
]

async function planWith(env: Readonly<Record<string, string>>, layers: Layers = {}) {
  return planFiles({}, { toolchains, env, ...layers })
}

async function optionsOf(env: Readonly<Record<string, string>>, files: Readonly<Record<string, string>> = {}): Promise<unknown> {
  const { decisions } = await planFiles(files, { toolchains: withOptions, env })
  return JSON.parse(decisions.find(({ key }) => key === 'options')?.value ?? '')
}

describe('variables that configure the build', () => {
  test.each(['HOP3', 'NIXPACKS'])('%s_…: packages, commands and caches', async (prefix) => {
    const given = {
      PKGS: 'cowsay sl',
      APT_PKGS: 'foo,bar',
      LIBS: 'a,b c',
      INSTALL_CMD: 'yarn install',
      INSTALL_CACHE_DIRS: 'install/cache, other',
      BUILD_CMD: 'make',
      START_CMD: './server',
    }
    const env = Object.fromEntries(Object.entries(given).map(([name, value]) => [`${prefix}_${name}`, value]))
    const { plan, config } = await planWith(env)
    expect(plan).toMatchObject({
      phases: {
        setup: { nixPkgs: ['cowsay', 'sl', 'nodejs', 'npm'], aptPkgs: ['foo', 'bar'], nixLibs: ['a', 'b', 'c'] },
        install: { cmds: ['yarn install'], cacheDirectories: ['~/.npm', 'install/cache', 'other'], dependsOn: ['setup'] },
        build: { cmds: ['make'], dependsOn: ['install'] },
      },
      start: { cmd: './server' },
      variables: { WHO: 'toolchain' },
    })
    expect(Object.assign({}, ...config.planLayers.map(({ origins }) => origins))).toMatchObject({
      'phases.setup.nixPkgs': `--env ${prefix}_PKGS`,
      'phases.install.cmds': `--env ${prefix}_INSTALL_CMD`,
      'start.cmd': `--env ${prefix}_START_CMD`,
    })
    expect(config.planLayers.map(({ origin }) => origin)).toEqual(['environment', 'environment'])
  })

  test("a command sets its phase's commands and nothing else: an edge of the file stays", async () => {
    const files = { 'nixpacks.toml': '[phases.lint]\ncmds = ["lint"]\n[phases.build]\ndependsOn = ["...", "lint"]\n' }
    const { plan } = await planFiles(files, { toolchains, env: { HOP3_BUILD_CMD: 'make' } })
    expect(plan.phases['build']).toMatchObject({ cmds: ['make'], dependsOn: ['install', 'lint'] })
  })

  test('an empty value is an empty value', async () => {
    const { plan } = await planWith({ HOP3_INSTALL_CMD: '', HOP3_PKGS: '', EMPTY: '' })
    expect(plan.phases['install']?.cmds).toEqual([])
    expect(plan.phases['setup']?.nixPkgs).toEqual(['nodejs', 'npm'])
    expect(plan.variables).toEqual({ WHO: 'toolchain', EMPTY: '' })
  })

  test('a list may say itself where the lower one belongs', async () => {
    expect((await planWith({ HOP3_PKGS: '... cowsay' })).plan.phases['setup']?.nixPkgs).toEqual(['nodejs', 'npm', 'cowsay'])
  })

  test('versions and providers', async () => {
    const { plan, config } = await planWith({ NIXPACKS_NODE_VERSION: '20', HOP3_JDK_VERSION: '21', HOP3_PROVIDERS: 'node' })
    expect(plan.versions).toEqual({ node: { version: '20', origin: '--env NIXPACKS_NODE_VERSION' } })
    expect(config.build.versions['java']).toEqual({ version: '21', origin: '--env HOP3_JDK_VERSION' })
    expect(config.build.toolchains).toEqual(['node'])
    expect(config.origins['build.toolchains']).toBe('--env HOP3_PROVIDERS')
    expect((await planWith({ NIXPACKS_PROVIDERS: '' })).toolchains).toEqual([])
  })

  test('options of toolchains, each as the kind of value the toolchain declares', async () => {
    expect(await optionsOf({ NIXPACKS_SPA_OUT_DIR: 'dist', HOP3_NODE_SPA: '1', HOP3_NODE_EXTRAS: 'a, b', HOP3_NODE_WORKERS: '4' })).toEqual(
      {
        outputDirectory: 'dist',
        spa: true,
        extras: ['a', 'b'],
        workers: 4,
      },
    )
  })

  test("an option given as a variable wins over the table, a file's own variable must agree with it", async () => {
    const table = { 'hop3.toml': '[build.node]\noutput-directory = "public"\nspa = false\n' }
    expect(await optionsOf({ HOP3_NODE_OUTPUT_DIRECTORY: 'dist' }, table)).toEqual({ outputDirectory: 'dist', spa: false })
    const file = { ...table, 'nixpacks.toml': '[variables]\nNIXPACKS_SPA_OUT_DIR = "dist"\n' }
    expect(await rejectionOf(optionsOf({}, file))).toMatchObject({
      code: 'config.conflict',
      message: 'nixpacks.toml:2:1 and hop3.toml:2:1 say different things about output_directory.',
    })
  })

  test('no cache', async () => {
    expect((await planWith({ NIXPACKS_NO_CACHE: '1' })).config.build.options).toEqual({ local: { cache: false } })
    expect((await planWith({ NIXPACKS_NO_CACHE: '0' })).config.build.options).toEqual({})
  })

  test("nixpacks' ways to choose what pip does", async () => {
    const ways = ['auto', 'requirements', 'setuptools', 'skip', 'poetry']
    const python = nodeToolchain(
      {},
      (z) =>
        z.strictObject({
          packageManager: z.enum(['pip', 'poetry']).optional(),
          strategy: z.enum(['requirements', 'pyproject']).optional(),
        }),
      'python',
    )
    const seen = await Promise.all(
      ways.map(async (way) => {
        const { plan, decisions } = await planWith({ NIXPACKS_PYTHON_PACKAGE_MANAGER: way }, { toolchains: [python] })
        return [decisions.find(({ key }) => key === 'options')?.value, plan.phases['install']?.cmds.length]
      }),
    )
    expect(seen).toEqual([
      ['null', 1],
      ['{"strategy":"requirements"}', 1],
      ['{"strategy":"pyproject"}', 1],
      ['null', 0],
      ['{"packageManager":"poetry"}', 1],
    ])
  })

  test('another plan file', async () => {
    const files = { 'ci/plan.json': '{ "buildImage": "ci" }', 'nixpacks.toml': 'buildImage = "x"', 'nixpacks.json': 'not even JSON' }
    expect((await planFiles(files, { env: { HOP3_CONFIG_FILE: 'ci/plan.json', HOP3_BUILD_CMD: 'x' } })).plan.buildImage).toBe('ci')
  })
})

describe('where variables come from', () => {
  test("the app's env counts where its names start with HOP3_ or NIXPACKS_, and below --env", async () => {
    const appEnv = {
      HOP3_BUILD_CMD: 'from the app',
      HOP3_INSTALL_CMD: 'kept',
      DATABASE_URL: 'secret',
      HOP3_DATA: '/x',
      HOP3_ADMIN_MAIL: 'a@b',
    }
    const { plan, config, warnings } = await planWith({ HOP3_BUILD_CMD: 'from --env' }, { appEnv })
    expect(plan.phases['build']?.cmds).toEqual(['from --env'])
    expect(plan.phases['install']?.cmds).toEqual(['kept'])
    expect(JSON.stringify({ plan, config })).not.toMatch(/secret|DATABASE_URL/)
    expect(warnings.filter((text) => text.includes('ADMIN'))).toEqual([])
    expect(config.planLayers[0]?.origins).toEqual({
      'phases.build.cmds': 'app env HOP3_BUILD_CMD',
      'phases.install.cmds': 'app env HOP3_INSTALL_CMD',
    })
  })

  test('other names of --env are variables of the build', async () => {
    const { plan, runtime, config } = await planWith({ WHO: 'env', MORE: 'x' })
    expect(plan.variables).toEqual({ WHO: 'env', MORE: 'x' })
    expect(runtime.envVars).toEqual({})
    expect(config.planLayers[0]).toEqual({
      origin: 'environment',
      plan: { variables: { WHO: 'env', MORE: 'x' } },
      origins: { 'variables.WHO': '--env WHO', 'variables.MORE': '--env MORE' },
    })
  })

  test("Hop3's own variables are none of the build's", async () => {
    const own = ['HOP3_HOME', 'HOP3_RUN', 'HOP3_SOCKET', 'HOP3_DATA', 'HOP3_RELEASE', 'HOP3_LISTEN', 'HOP3_PROXY', 'HOP3_KEEP']
    const { plan, config } = await planWith({}, { appEnv: Object.fromEntries(own.map((name) => [name, 'x'])) })
    expect(config.planLayers).toEqual([])
    expect(plan.variables).toEqual({ WHO: 'toolchain' })
  })
})

describe('wrong variables', () => {
  test.each([
    [
      { HOP3_BUIDL_CMD: 'x' },
      'config.unknown-variable',
      '--env HOP3_BUIDL_CMD: there is no build variable "BUIDL_CMD".',
      'Did you mean `HOP3_BUILD_CMD`?',
    ],
    [
      { NIXPACKS_PKG: 'x' },
      'config.unknown-variable',
      '--env NIXPACKS_PKG: there is no build variable "PKG".',
      'Did you mean `HOP3_PKGS`?',
    ],
    [{ HOP3_NODE_SPAA: 'x' }, 'config.unknown-variable', '--env HOP3_NODE_SPAA: there is no', 'Did you mean `HOP3_NODE_SPA`?'],
    [{ HOP3_NODE_COLOR: 'x' }, 'config.unknown-variable', '--env HOP3_NODE_COLOR: there is no', 'Known: HOP3_NODE_OUTPUT_DIRECTORY, '],
    [{ HOP3_NODE_SPA: 'maybe' }, 'config.invalid', '--env HOP3_NODE_SPA: build.node.spa must be true or false; it is "maybe".', ''],
    [{ HOP3_NODE_WORKERS: 'many' }, 'config.invalid', '--env HOP3_NODE_WORKERS: build.node.workers must be a number; it is "many".', ''],
    [
      { HOP3_NODE_PACKAGE_MANAGER: 'yarn' },
      'config.invalid',
      '--env HOP3_NODE_PACKAGE_MANAGER: build.node.package_manager must be one of "npm", "pnpm"; it is "yarn".',
      '',
    ],
    [{ HOP3_START_CMD: ' ' }, 'config.invalid', '--env HOP3_START_CMD must be a command; it is " ".', ''],
    [
      { HOP3_BUILD_CMD: 'a', NIXPACKS_BUILD_CMD: 'b' },
      'config.conflict',
      '--env HOP3_BUILD_CMD and --env NIXPACKS_BUILD_CMD say different things about one matter.',
      'Remove HOP3_BUILD_CMD or NIXPACKS_BUILD_CMD.',
    ],
    [{ 'A-B': 'x' }, 'config.env-name', '--env: "A-B" is not the name of an environment variable.', ''],
    [{ HOP3_CONFIG_FILE: 'no.toml' }, 'config.plan-file', '--env HOP3_CONFIG_FILE: the app has no file "no.toml".', ''],
  ])('%j is %s', async (env, code, message, hint) => {
    const error = await rejectionOf(planFiles({}, { toolchains: withOptions, env }))
    expect({ code: error.code, message: error.message }).toEqual({ code, message: expect.stringContaining(message) })
    expect(error.hint).toContain(hint)
  })

  test('one that is like none is named, and harms nothing', async () => {
    expect((await planWith({ HOP3_FLUXCAPACITOR: '1' })).warnings).toEqual(['--env HOP3_FLUXCAPACITOR is read by nothing known here.'])
  })

  test('a variable that a phase takes as a secret has no value in a plan', async () => {
    const secret = [nodeToolchain({ phases: { install: { cmds: ['npm ci'], secrets: ['NPM_TOKEN'] } } })]
    const error = await rejectionOf(planWith({ NPM_TOKEN: 'hunter2' }, { toolchains: secret }))
    expect(error).toMatchObject({
      code: 'config.secret-value',
      message: '--env NPM_TOKEN gives NPM_TOKEN a value, and phase install takes NPM_TOKEN as a secret: a plan holds no secrets.',
    })
    expect(`${error.message}${error.hint}`).not.toContain('hunter2')
  })
})
