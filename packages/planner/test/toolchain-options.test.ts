import { hop3Error, type ToolchainFactory } from '@hop3/core'
import { describe, expect, test } from 'vitest'
import { rejectionOf } from './error-of.ts'
import { nodeToolchain, planFiles } from './plan-files.ts'

const toolchains = [
  nodeToolchain({}, (z) =>
    z.strictObject({
      packageManager: z.enum(['npm', 'pnpm']).optional(),
      version: z.string().min(1).optional(),
      extras: z.array(z.string()).optional(),
      spa: z.boolean().optional(),
    }),
  ),
]

async function optionsOf(files: Readonly<Record<string, string>>): Promise<unknown> {
  const { decisions } = await planFiles(files, { toolchains })
  return JSON.parse(decisions.find(({ key }) => key === 'options')?.value ?? '')
}

describe("a toolchain's own table", () => {
  test.each(['package-manager', 'package_manager', 'packageManager'])('%s is packageManager', async (key) => {
    expect(await optionsOf({ 'hop3.toml': `[build.node]\n${key} = "npm"\n` })).toEqual({ packageManager: 'npm' })
    expect(await optionsOf({ 'nixpacks.json': JSON.stringify({ providers: { node: { [key]: 'npm' } } }) })).toEqual({
      packageManager: 'npm',
    })
  })

  test('of two files makes one, and without a table there is nothing', async () => {
    const files = { 'hop3.toml': '[build.node]\nspa = true\n', 'nixpacks.toml': '[config.node]\npackage_manager = "npm"\n' }
    expect(await optionsOf(files)).toEqual({ spa: true, packageManager: 'npm' })
    expect(await optionsOf({})).toBeNull()
  })

  test('its version is the version asked for', async () => {
    const { plan, config } = await planFiles({ 'nixpacks.toml': '[providers.node]\nversion = "20"\n' }, { toolchains })
    expect(plan.versions).toEqual({ node: { version: '20', origin: 'nixpacks.toml:2:1' } })
    expect(config.origins['build.node.version']).toBe('nixpacks.toml:2:1')
  })

  test('is one place of several: a higher layer has the last word, and a decision names the place that had it', async () => {
    const asked = nodeToolchain({ decisions: [{ key: 'spa', value: 'true', origin: 'hop3.toml [build.node] spa' }] }, (z) =>
      z.strictObject({ version: z.string().optional(), spa: z.boolean().optional() }),
    )
    const files = { 'nixpacks.toml': '[providers.node]\nversion = "20"\nspa = true\n' }
    const { plan, decisions } = await planFiles(files, { toolchains: [asked], env: { HOP3_NODE_VERSION: '22' } })
    expect(plan.versions).toEqual({ node: { version: '22', origin: '--env HOP3_NODE_VERSION' } })
    expect(decisions).toContainEqual({ key: 'spa', value: 'true', origin: 'nixpacks.toml:3:1' })
  })

  test('is named with the place it was written in by what a toolchain says of it', async () => {
    const says = 'hop3.toml [build.node] spa is true, and there is no page.'
    const schema: ToolchainFactory['options'] = (z) => z.strictObject({ spa: z.boolean().optional(), spaces: z.boolean().optional() })
    const refusing = {
      ...nodeToolchain({}, schema),
      create: () => ({
        name: 'node',
        accept: async () => ({ accepted: true, reason: 'x' }),
        plan: async () => Promise.reject(hop3Error('config.node.spa', says, { hint: 'Remove it.' })),
      }),
    }
    const toml = { 'hop3.toml': '[build.node]\nspa = true\n' }
    await expect(planFiles(toml, { toolchains: [refusing] })).rejects.toMatchObject({
      code: 'config.node.spa',
      message: 'hop3.toml:2:1: [build.node] spa is true, and there is no page.',
      hint: 'Remove it.',
    })
    await expect(planFiles({}, { toolchains: [refusing], env: { HOP3_NODE_SPA: 'true' } })).rejects.toMatchObject({
      message: '--env HOP3_NODE_SPA: [build.node] spa is true, and there is no page.',
    })
    const warning = nodeToolchain({ warnings: ['hop3.toml [build.node] spaces is odd; hop3.toml [build.node] spa is true.'] }, schema)
    expect((await planFiles(toml, { toolchains: [warning] })).warnings).toEqual([
      'hop3.toml:1:8: [build.node] spaces is odd; hop3.toml:2:1: [build.node] spa is true.',
    ])
  })

  test('a toolchain without a schema gets its table as written', async () => {
    const plain = [nodeToolchain()]
    const { decisions } = await planFiles({ 'hop3.toml': '[build.node]\nany-thing = 1\n' }, { toolchains: plain })
    expect(decisions).toContainEqual({ key: 'options', value: '{"any-thing":1}', origin: 'node' })
  })

  test.each([
    [
      'hop3.toml',
      '[build.node]\npackge_manager = "npm"\n',
      'config.unknown-key',
      'hop3.toml:2:1: unknown key "packge_manager" in [build.node].',
      'Did you mean `package_manager`?',
    ],
    [
      'hop3.toml',
      '[build]\nnode = { colour = 1 }\n',
      'config.unknown-key',
      'hop3.toml:2:10: unknown key "colour" in [build.node].',
      'Known keys: package_manager, version, extras, spa.',
    ],
    [
      'nixpacks.toml',
      '[providers.node]\nspaa = true\n',
      'config.unknown-key',
      'nixpacks.toml:2:1: unknown key "spaa" in [providers.node].',
      'Did you mean `spa`?',
    ],
    [
      'hop3.toml',
      '[build.node]\nversion = 3.12\n',
      'config.invalid',
      'hop3.toml:2:1: build.node.version must be a string; it is the number 3.12.',
      'Put it in quotes: version = "3.12"',
    ],
    [
      'hop3.toml',
      '[build.node]\npackage-manager = "yarn"\n',
      'config.invalid',
      'hop3.toml:2:1: build.node.package_manager must be one of "npm", "pnpm"; it is "yarn".',
      '',
    ],
    [
      'nixpacks.json',
      '{"config": {"node":\n {"extras": "a"}}}',
      'config.invalid',
      'nixpacks.json:2:3: providers.node.extras must be a list; it is "a".',
      '',
    ],
    ['hop3.toml', '[build.node]\nversion = ""\n', 'config.invalid', 'hop3.toml:2:1: build.node.version must not be empty; it is "".', ''],
    [
      'hop3.toml',
      '[build.node]\npackage-manager = "npm"\npackage_manager = "pnpm"\n',
      'config.duplicate-key',
      'package_manager is given twice, as package_manager (hop3.toml:3:1) and as package-manager',
      '',
    ],
  ])('%s: %j is %s', async (name, text, code, message, hint) => {
    const error = await rejectionOf(planFiles({ [name]: text }, { toolchains }))
    expect({ code: error.code, message: error.message }).toEqual({ code, message: expect.stringContaining(message) })
    expect(error.hint).toContain(hint)
  })
})
