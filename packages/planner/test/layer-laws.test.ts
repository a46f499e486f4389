import fc from 'fast-check'
import { silentLog, type BuildPlan, type SourceView } from '@hop3/core'
import { describe, expect, test } from 'vitest'
import { finishPlan, formatPlan, mergePlans, planApp, planToToml, readAppConfig, type PlanOverrides } from '../src/index.ts'
import { planValues } from '../src/plan/plan-values.ts'
import { nodeToolchain } from './plan-files.ts'

// Laws of the four layers, each written the way people write it: a toolchain, a file, variables, the command line.
const word = fc.constantFrom('a', 'b', 'c d', 'x=1', "it's", '$HOME', 'é')
const listOf = (element: fc.Arbitrary<string>) =>
  fc.array(fc.oneof({ weight: 3, arbitrary: element }, fc.constantFrom('...', '@auto')), { maxLength: 4 })
const list = listOf(word)
const packageList = listOf(fc.constantFrom('a', 'b', 'c-d', 'e2'))
const names = fc.constantFrom('A', 'B', 'WHO')
const filePlan = fc.record(
  {
    buildImage: word,
    variables: fc.dictionary(names, word, { maxKeys: 3 }),
    phases: fc.dictionary(
      fc.constantFrom('setup', 'install', 'build', 'lint'),
      fc.record(
        { cmds: list, nixPkgs: packageList, aptPkgs: packageList, cacheDirectories: list, nixpkgsArchive: word },
        { requiredKeys: [] },
      ),
      { maxKeys: 4 },
    ),
    start: fc.record({ cmd: word, user: word }, { requiredKeys: [] }),
    exclude: list,
  },
  { requiredKeys: [] },
)
const packages = fc.array(fc.constantFrom('p', 'q', 'r'), { maxLength: 3 })
const environment = fc.record(
  { PKGS: packages, APT_PKGS: packages, BUILD_CMD: word, INSTALL_CMD: word, INSTALL_CACHE_DIRS: packages },
  { requiredKeys: [] },
)
const given = fc.record({
  file: filePlan,
  env: environment,
  variables: fc.dictionary(names, word, { maxKeys: 3 }),
  json: filePlan,
  flags: fc.record({ buildCmd: word, pkgs: packages }, { requiredKeys: [] }),
})
type Given = typeof given extends fc.Arbitrary<infer Value> ? Value : never

const toolchain = nodeToolchain()
const runs = { numRuns: 200 }

/** Files in memory: an app on the disk for each run would measure the disk. */
function viewOf(files: Readonly<Record<string, string>>): SourceView {
  return {
    hasFile: async (path) => Object.hasOwn(files, path),
    hasDirectory: async () => false,
    readText: async (path) => (Object.hasOwn(files, path) ? files[path] : undefined),
    readJson: async () => undefined,
    readToml: async () => undefined,
    readYaml: async () => undefined,
    list: async () => Object.keys(files),
  }
}

function variablesOf(env: Given['env']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => [`NIXPACKS_${name}`, Array.isArray(value) ? value.join(', ') : value]),
  )
}

async function planned(one: Given, toolchains = [toolchain], text = JSON.stringify(one.file)) {
  const source = viewOf({ 'nixpacks.json': text })
  const overrides: PlanOverrides = { ...one.flags, jsonPlan: { text: JSON.stringify(one.json), origin: '--json-plan' } }
  const config = await readAppConfig({ sourcePath: '/nowhere', source, env: { ...one.variables, ...variablesOf(one.env) }, overrides })
  const { plan } = await planApp({ appName: 'x', sourcePath: '/nowhere', config, toolchains, log: silentLog, source })
  return { plan, config }
}

/** What the layers mean, written down by hand. */
function expected({ file, env, variables, json, flags }: Given): BuildPlan {
  const base = {
    phases: {
      setup: { nixPkgs: ['nodejs', 'npm'] },
      install: { cmds: ['npm ci'], cacheDirectories: ['~/.npm'] },
      build: { cmds: ['npm run build'] },
    },
    variables: { WHO: 'toolchain' },
    versions: { node: { version: '22', origin: 'default' } },
    start: { cmd: 'npm start' },
  }
  const fromEnv = {
    phases: {
      ...((env.PKGS ?? env.APT_PKGS) === undefined
        ? {}
        : { setup: { nixPkgs: env.PKGS && [...env.PKGS, '...'], aptPkgs: env.APT_PKGS && [...env.APT_PKGS, '...'] } }),
      ...((env.INSTALL_CMD ?? env.INSTALL_CACHE_DIRS) === undefined
        ? {}
        : {
            install: {
              cmds: env.INSTALL_CMD && [env.INSTALL_CMD],
              cacheDirectories: env.INSTALL_CACHE_DIRS && ['...', ...env.INSTALL_CACHE_DIRS],
            },
          }),
      ...(env.BUILD_CMD === undefined ? {} : { build: { cmds: [env.BUILD_CMD] } }),
    },
  }
  const fromFlags = {
    phases: {
      ...(flags.pkgs === undefined || flags.pkgs.length === 0 ? {} : { setup: { nixPkgs: [...flags.pkgs, '...'] } }),
      ...(flags.buildCmd === undefined ? {} : { build: { cmds: [flags.buildCmd] } }),
    },
  }
  const merged = mergePlans([base, file, fromEnv, { variables }, json, fromFlags])
  const web = json.start?.cmd ?? file.start?.cmd ?? 'npm start'
  return finishPlan({ ...merged, providers: ['node'], processes: { web }, start: { ...merged.start, cmd: web }, runtime: { kind: 'node' } })
}

describe('laws of the four layers', () => {
  test('files, variables and flags mean the plans they stand for, merged lowest first', async () => {
    await fc.assert(
      fc.asyncProperty(given, async (one) => {
        // A flag without a value is none.
        const { pkgs = [], ...flags } = one.flags
        const { plan } = await planned({ ...one, flags: pkgs.length === 0 ? flags : one.flags })
        expect(formatPlan(plan)).toBe(formatPlan(expected(one)))
      }),
      runs,
    )
  })

  test('TOML and JSON say the same', async () => {
    await fc.assert(
      fc.asyncProperty(given, async (one) => {
        const { plan } = await planned(one)
        const toml = viewOf({ 'nixpacks.toml': planToToml(plan) })
        const json = viewOf({ 'nixpacks.json': formatPlan(plan) })
        const again = await Promise.all(
          [toml, json].map(async (source) => {
            const config = await readAppConfig({ sourcePath: '/nowhere', source })
            return (await planApp({ appName: 'x', sourcePath: '/nowhere', config, toolchains: [toolchain], log: silentLog, source })).plan
          }),
        )
        expect(again[0]).toEqual(again[1])
      }),
      { numRuns: 60 },
    )
  })

  test('no configuration variable and no marker is left, and every value above the toolchain has a place', async () => {
    await fc.assert(
      fc.asyncProperty(given, async (one) => {
        const { plan, config } = await planned(one)
        expect(formatPlan(plan)).not.toMatch(/NIXPACKS_|"@auto"|"\.\.\."/)
        for (const layer of config.planLayers) {
          const places = Object.keys(layer.origins ?? {})
          for (const key of planValues(layer.plan).keys()) expect(places).toContain(key)
        }
      }),
      runs,
    )
  })

  test('a variable has the value of the highest layer that gives it one', async () => {
    await fc.assert(
      fc.asyncProperty(given, async (one) => {
        const { plan } = await planned(one)
        for (const name of ['A', 'B', 'WHO']) {
          const own = (table: Readonly<Record<string, string>> | undefined) =>
            table !== undefined && Object.hasOwn(table, name) ? table[name] : undefined
          const value =
            own(one.json.variables) ?? own(one.variables) ?? own(one.file.variables) ?? (name === 'WHO' ? 'toolchain' : undefined)
          expect(plan.variables[name]).toBe(value)
        }
      }),
      runs,
    )
  })

  test('a finished plan as nixpacks.json, without providers, is the same plan', async () => {
    await fc.assert(
      fc.asyncProperty(given, async (one) => {
        const { plan } = await planned(one)
        const frozen = formatPlan({ ...plan, providers: [] })
        const source = viewOf({ 'nixpacks.json': frozen })
        const config = await readAppConfig({ sourcePath: '/nowhere', source })
        const again = await planApp({ appName: 'x', sourcePath: '/nowhere', config, toolchains: [toolchain], log: silentLog, source })
        expect(formatPlan(again.plan)).toBe(frozen)
      }),
      runs,
    )
  })
})
