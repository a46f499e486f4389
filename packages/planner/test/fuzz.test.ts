import fc from 'fast-check'
import { isHop3Error, silentLog, type SourceView } from '@hop3/core'
import { expect, test } from 'vitest'
import { planApp, readAppConfig } from '../src/index.ts'
import { nodeToolchain, type Layers } from './plan-files.ts'

/** Files in memory: 10 000 apps on a disk would measure the disk. */
function viewOf(files: Readonly<Record<string, string>>): SourceView {
  const text = async (path: string) => (Object.hasOwn(files, path) ? files[path] : undefined)
  return {
    hasFile: async (path) => Object.hasOwn(files, path),
    hasDirectory: async () => false,
    readText: text,
    readJson: async () => undefined,
    readToml: async () => undefined,
    readYaml: async () => undefined,
    list: async () => Object.keys(files),
  }
}

async function planned(
  files: Readonly<Record<string, string>>,
  { toolchains = [], ...layers }: Layers = {},
): Promise<'planned' | 'refused'> {
  try {
    const source = viewOf(files)
    const config = await readAppConfig({ sourcePath: '/nowhere', source, ...layers })
    await planApp({ appName: 'x', sourcePath: '/nowhere', config, toolchains, log: silentLog, source })
    return 'planned'
  } catch (error) {
    if (!isHop3Error(error) || error.code.startsWith('internal')) throw error
    if (/undefined|\[object|Invalid input/.test(error.message)) throw error
    return 'refused'
  }
}

const name = fc.constantFrom(
  'web',
  'wsgi',
  'static',
  'cron',
  'worker',
  'start',
  'before-run',
  'before_run',
  '__proto__',
  'constructor',
  'a b',
  'phases',
  'cmds',
  'name',
  'command',
  'strategy',
  'list',
  'number',
  'web-1',
  '0',
)
const key = fc
  .oneof(name, fc.string({ maxLength: 6 }))
  .map((text) => (/^[A-Za-z0-9_-]+$/.test(text) ? text : JSON.stringify(text.toWellFormed())))
const scalar = fc.oneof(
  fc.string({ maxLength: 12 }).map((text) => JSON.stringify(text.toWellFormed())),
  fc.constantFrom(
    '"* * * * * x"',
    '"/a"',
    '"public"',
    '"..."',
    '5',
    '-1',
    '1.5',
    'nan',
    'inf',
    '9007199254740991',
    'true',
    '1979-05-27',
    '07:32:00',
    '""',
    '[]',
    '{}',
    '"""x\ny"""',
    "'\u0001'",
    '[[',
    '"',
  ),
)
const value = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }).map((list) => `[${list.join(', ')}]`),
    fc
      .array(fc.tuple(key, tie('value')), { maxLength: 3 })
      .map((pairs) => `{ ${pairs.map(([one, other]) => `${one} = ${other}`).join(', ')} }`),
  ),
})).value
const section = fc.constantFrom(
  '',
  '[metadata]',
  '[build]',
  '[build.plan]',
  '[build.plan.phases.build]',
  '[build.plan.start]',
  '[build.python]',
  '[run]',
  '[run.workers]',
  '[env]',
  '[domains]',
  '[port]',
  '[[ports]]',
  '[static]',
  '[healthcheck]',
  '[deploy]',
  '[deploy.scale]',
  '[docker]',
  '[nix]',
  '[[component]]',
  '[component.env]',
  '[[addons]]',
  '[backup]',
  '[test]',
  '[other]',
  '[a.b',
)
const hop3Toml = fc
  .array(fc.tuple(section, fc.array(fc.tuple(key, value), { maxLength: 3 })), { maxLength: 4 })
  .map((sections) => sections.map(([head, pairs]) => `${head}\n${pairs.map(([one, other]) => `${one} = ${other}`).join('\n')}`).join('\n'))
const noise = fc.string({ unit: fc.constantFrom(...Array.from('[]{}="\'.,#\n\\ \t\u0000éweb:/*-015')), maxLength: 60 })
const procfile = fc
  .array(
    fc.tuple(
      fc.oneof(name, fc.constantFrom('release', 'prebuild', 'build', '#', '')),
      fc.oneof(fc.string({ maxLength: 20 }), fc.constantFrom('* * * * * x', '/a:b', 'dir')),
    ),
    { maxLength: 5 },
  )
  .map((lines) => lines.map(([one, other]) => `${one}: ${other}`).join('\n'))
const appJson = fc.oneof(
  fc.json({ maxDepth: 3 }),
  fc
    .dictionary(fc.constantFrom('env', 'formation', 'healthchecks', 'name', 'scripts'), fc.jsonValue({ maxDepth: 3 }))
    .map((object) => JSON.stringify(object)),
  noise,
)

test('10 000 generated configurations are planned, or refused with a Hop3Error', { timeout: 240_000 }, async () => {
  const outcomes = { planned: 0, refused: 0 }
  const count = async (files: Readonly<Record<string, string>>): Promise<void> => {
    outcomes[await planned(files)]++
  }
  await fc.assert(
    fc.asyncProperty(fc.oneof({ weight: 5, arbitrary: hop3Toml }, noise), async (text) => count({ 'hop3.toml': text })),
    { numRuns: 6000 },
  )
  await fc.assert(
    fc.asyncProperty(fc.oneof({ weight: 5, arbitrary: procfile }, noise), async (text) => count({ Procfile: text })),
    { numRuns: 3000 },
  )
  await fc.assert(
    fc.asyncProperty(appJson, async (text) => count({ 'app.json': text })),
    { numRuns: 1000 },
  )
  // A generator that only makes one of the two proves nothing.
  expect(Math.min(outcomes.planned, outcomes.refused)).toBeGreaterThan(300)
})

const planSection = fc.constantFrom(
  '',
  '[variables]',
  '[phases.build]',
  '[phases."a:b"]',
  '[start]',
  '[config.node]',
  '[providers.node]',
  '[processes]',
  '[versions]',
  '[runtime]',
)
const planKey = fc.oneof(
  key,
  fc.constantFrom(
    'cmds',
    'commands',
    'nixPkgs',
    'nix_pkgs',
    'dependsOn',
    'providers',
    'cmd',
    'spa',
    'NIXPACKS_PKGS',
    'HOP3_NODE_SPA',
    'root',
  ),
)
const nixpacksToml = fc
  .array(fc.tuple(planSection, fc.array(fc.tuple(planKey, value), { maxLength: 2 })), { maxLength: 3 })
  .map((sections) => sections.map(([head, pairs]) => `${head}\n${pairs.map(([one, other]) => `${one} = ${other}`).join('\n')}`).join('\n'))
const jsonPlan = fc.oneof(
  fc.json({ maxDepth: 3 }),
  noise,
  fc
    .dictionary(fc.constantFrom('providers', 'variables', 'phases', 'start', 'config', 'versions'), fc.jsonValue({ maxDepth: 3 }))
    .map((object) => JSON.stringify(object)),
)
const variable = fc.oneof(
  fc.constantFrom(
    'HOP3_PKGS',
    'NIXPACKS_BUILD_CMD',
    'HOP3_START_CMD',
    'HOP3_NODE_SPA',
    'HOP3_NODE_EXTRAS',
    'NIXPACKS_NODE_VERSION',
    'HOP3_HOME',
  ),
  fc.string({ maxLength: 8 }).map((text) => `HOP3_${text}`),
  fc.string({ maxLength: 5 }),
)

test('10 000 generated plan files, plans as text and environments as well', { timeout: 240_000 }, async () => {
  const toolchains = [nodeToolchain({}, (z) => z.strictObject({ spa: z.boolean().optional(), extras: z.array(z.string()).optional() }))]
  const outcomes = { planned: 0, refused: 0 }
  const count = async (files: Readonly<Record<string, string>>, layers: Layers): Promise<void> => {
    outcomes[await planned(files, { toolchains, ...layers })]++
  }
  await fc.assert(
    fc.asyncProperty(nixpacksToml, async (text) => count({ 'nixpacks.toml': text }, {})),
    { numRuns: 4000 },
  )
  await fc.assert(
    fc.asyncProperty(jsonPlan, async (text) => {
      await count({ 'nixpacks.json': text }, {})
      await count({}, { overrides: { jsonPlan: { text, origin: '--json-plan' } } })
    }),
    { numRuns: 1500 },
  )
  await fc.assert(
    fc.asyncProperty(fc.dictionary(variable, fc.string({ maxLength: 8 }), { maxKeys: 3 }), async (env) => count({}, { env, appEnv: env })),
    { numRuns: 3000 },
  )
  expect(Math.min(outcomes.planned, outcomes.refused)).toBeGreaterThan(300)
})
