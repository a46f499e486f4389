/** What RFC 508 says of providers and of freezing, a test for each sentence. The table of all: docs/rfc-508.md. */
import type { ToolchainFactory } from '@hop3/core'
import { describe, expect, test } from 'vitest'
import { formatPlan, freezePlan, orderPhases, planToToml } from '../src/index.ts'
import { rejectionOf } from './error-of.ts'
import { nodeToolchain, planFiles } from './plan-files.ts'

/** Accepts where its file is, and plans without it as well. */
function needs(file: string, factory: ToolchainFactory): ToolchainFactory {
  return {
    ...factory,
    create: (context) => ({
      ...factory.create(context),
      accept: async () => ({ accepted: await context.source.hasFile(file), reason: file }),
    }),
  }
}

const rustPhases = { setup: { nixPkgs: ['cargo'] }, install: { cmds: ['cargo fetch'] }, build: { cmds: ['cargo build'] } }
const rust = needs('Cargo.toml', nodeToolchain({ kind: 'rust', phases: rustPhases, processes: { web: './server' } }, undefined, 'rust'))
const node = needs(
  'package.json',
  nodeToolchain({}, (z) => z.strictObject({ version: z.string().optional(), directory: z.string().optional() })),
)
const toolchains = [rust, node]

describe('manually setting the provider', () => {
  test('providers can be set in the file', async () => {
    const files = { 'Cargo.toml': '', 'package.json': '{}' }
    expect((await planFiles(files, { toolchains })).toolchains).toEqual(['rust'])
    expect((await planFiles({ ...files, 'nixpacks.toml': 'providers = ["node"]\n' }, { toolchains })).toolchains).toEqual(['node'])
  })

  test('a null value runs a single provider that passes the detect phase', async () => {
    const files = { 'package.json': '{}', 'nixpacks.json': '{"providers":null}' }
    expect((await planFiles(files, { toolchains })).toolchains).toEqual(['node'])
    expect((await planFiles({ ...files, 'Cargo.toml': '' }, { toolchains })).toolchains).toEqual(['rust'])
  })

  test('a provider that is set does not rely on detection', async () => {
    const { toolchains: used, plan } = await planFiles({ 'nixpacks.toml': 'providers = ["node"]\n' }, { toolchains })
    expect(used).toEqual(['node'])
    expect(plan.phases['install']?.cmds).toEqual(['npm ci'])
    expect((await planFiles({}, { toolchains })).toolchains).toEqual([])
  })
})

describe('multiple providers', () => {
  const both = { 'nixpacks.toml': 'providers = ["rust", "node"]\n[phases.build]\ndependsOn = ["...", "node:build"]\n' }

  test('multiple providers run on the app', async () => {
    const { toolchains: used, plan } = await planFiles(both, { toolchains })
    expect(used).toEqual(['rust', 'node'])
    const cmds = Object.values(plan.phases).flatMap((phase) => phase.cmds)
    expect(cmds.toSorted()).toEqual(['cargo build', 'cargo fetch', 'npm ci', 'npm run build'])
  })

  test('an app of multiple languages gets everything installed', async () => {
    const { plan } = await planFiles(both, { toolchains })
    expect(Object.values(plan.phases).flatMap(({ nixPkgs = [] }) => nixPkgs)).toEqual(expect.arrayContaining(['cargo', 'nodejs', 'npm']))
    const order = orderPhases(plan)
    expect(order.indexOf('node:build')).toBeLessThan(order.indexOf('build'))
    expect(plan.start).toEqual({ cmd: './server' })
  })

  test('phases are prefixed with the provider that generated them', async () => {
    const { plan } = await planFiles(both, { toolchains })
    expect(Object.keys(plan.phases).toSorted()).toEqual(['build', 'install', 'node:build', 'node:install', 'node:setup', 'setup'])
    expect(plan.phases['node:build']).toEqual({ cmds: ['npm run build'], dependsOn: ['node:install'] })
  })

  test('package sets of several providers are installed in one phase', async () => {
    const { plan } = await planFiles({ 'nixpacks.toml': 'providers = ["fonts", "node", "chromium"]\n' }, { toolchains })
    const installing = Object.entries(plan.phases).filter(([, { aptPkgs = [], nixPkgs = [] }]) => aptPkgs.length + nixPkgs.length > 0)
    expect(installing.map(([name]) => name)).toEqual(['setup'])
    expect(plan.phases['setup']?.aptPkgs).toEqual(expect.arrayContaining(['fontconfig', 'libnss3']))
    expect(plan.phases['setup']?.nixPkgs).toEqual(expect.arrayContaining(['nodejs', 'npm', 'fontconfig', 'nss']))
  })
})

describe('reusable providers', () => {
  test('re-usable behavior is a provider: Procfile support', async () => {
    const named = { 'nixpacks.toml': 'providers = ["procfile"]\n' }
    expect((await planFiles({ ...named, Procfile: 'web: ./serve\n' }, { toolchains })).runtime.workers).toEqual({ web: './serve' })
    expect(await rejectionOf(planFiles(named, { toolchains }))).toMatchObject({ code: 'config.provider.procfile' })
  })

  test('re-usable behavior is a provider: Postgres and MySQL installation', async () => {
    const { plan } = await planFiles({ 'nixpacks.toml': 'providers = ["node", "postgresql-client", "mysql-client"]\n' }, { toolchains })
    expect(plan.phases['setup']?.aptPkgs).toEqual(expect.arrayContaining(['postgresql-client', 'default-mysql-client']))
    expect(plan.phases['setup']?.nixPkgs).toEqual(expect.arrayContaining(['nodejs', 'npm', 'postgresql']))
  })
})

describe('provider configuration', () => {
  const optionsOf = async (text: string): Promise<unknown> => {
    const { decisions } = await planFiles({ 'package.json': '{}', 'nixpacks.toml': text }, { toolchains })
    return JSON.parse(decisions.find(({ key }) => key === 'options')?.value ?? '')
  }

  test('versions of tools can be specified', async () => {
    const { plan } = await planFiles({ 'package.json': '{}', 'nixpacks.toml': '[config.node]\nversion = "20"\n' }, { toolchains })
    expect(plan.versions).toEqual({ node: { version: '20', origin: 'nixpacks.toml:2:1' } })
  })

  test('directories to serve can be specified', async () => {
    expect(await optionsOf('[config.node]\ndirectory = "dist"\n')).toEqual({ directory: 'dist' })
  })

  test('configuration is nested under config', async () => {
    expect(await optionsOf('[config.node]\ndirectory = "dist"\n')).toEqual({ directory: 'dist' })
    expect(await optionsOf('[config.rust]\ndirectory = "dist"\n')).toBeNull()
  })

  test('configuration is deserialized into what each provider defines', async () => {
    expect(await rejectionOf(optionsOf('[config.node]\ndirectory = 3\n'))).toMatchObject({ code: 'config.invalid' })
    expect(await rejectionOf(optionsOf('[config.node]\ncolour = "red"\n'))).toMatchObject({ code: 'config.unknown-key' })
  })
})

describe('freeze', () => {
  const app = { 'package.json': '{}', 'hop3.toml': '[build]\nbuild = "npm run pack"\n' }

  test('providers = [] runs no provider: only the plan of the file or of environment variables is used', async () => {
    const none = { 'package.json': '{}', 'nixpacks.toml': 'providers = []\n[phases.build]\ncmds = ["make"]\n' }
    const { toolchains: used, plan } = await planFiles(none, { toolchains, env: { HOP3_INSTALL_CMD: 'fetch' } })
    expect(used).toEqual([])
    expect(plan.phases).toEqual({ build: { cmds: ['make'], dependsOn: ['install'] }, install: { cmds: ['fetch'], dependsOn: [] } })
  })

  test('freeze generates a plan that can be saved as nixpacks.toml', async () => {
    const { plan } = await planFiles(app, { toolchains })
    const frozen = freezePlan(plan)
    expect(frozen.providers).toEqual([])
    const again = await planFiles({ 'nixpacks.toml': planToToml(frozen) }, { toolchains })
    expect(formatPlan(again.plan)).toBe(formatPlan(frozen))
  })

  test('the same archive, packages and commands are used every time', async () => {
    const pinned = nodeToolchain({
      phases: { setup: { nixPkgs: ['nodejs'], nixpkgsArchive: 'abc', aptPkgs: ['curl'] }, build: { cmds: ['b'] } },
    })
    const newer = nodeToolchain({ phases: { setup: { nixPkgs: ['nodejs_99'], nixpkgsArchive: 'def' }, build: { cmds: ['c'] } } })
    const { plan } = await planFiles({}, { toolchains: [pinned] })
    const file = { 'nixpacks.toml': planToToml(freezePlan(plan)) }
    const [once, twice] = [await planFiles(file, { toolchains: [newer] }), await planFiles(file, { toolchains: [newer] })]
    expect(once.plan.phases).toEqual(plan.phases)
    expect(once.plan.phases['setup']).toMatchObject({ nixPkgs: ['nodejs'], nixpkgsArchive: 'abc', aptPkgs: ['curl'] })
    expect(formatPlan(twice.plan)).toBe(formatPlan(once.plan))
  })

  test('a frozen plan is full control with no magic', async () => {
    const { plan } = await planFiles(app, { toolchains })
    const text = planToToml(freezePlan(plan)).replace('npm ci', 'npm ci --omit=dev')
    const edited = await planFiles({ 'package.json': '{}', 'nixpacks.toml': text }, { toolchains })
    expect(edited.toolchains).toEqual([])
    expect(edited.plan).toEqual({
      ...freezePlan(plan),
      phases: { ...plan.phases, install: { ...plan.phases['install'], cmds: ['npm ci --omit=dev'] } },
    })
  })
})

describe('container building and external providers', () => {
  test('a file with no providers describes base image, packages, commands and start', async () => {
    const text =
      'providers = []\nbuildImage = "debian:12"\n[phases.setup]\naptPkgs = ["cowsay"]\n[phases.build]\ncmds = ["make"]\ndependsOn = ["setup"]\n[start]\ncmd = "./server"\n'
    const { plan, kind } = await planFiles({ 'package.json': '{}', 'nixpacks.toml': text }, { toolchains })
    expect(kind).toBe('process')
    expect(plan).toMatchObject({ buildImage: 'debian:12', phases: { setup: { aptPkgs: ['cowsay'] }, build: { cmds: ['make'] } } })
    expect(JSON.stringify(plan)).not.toMatch(/nix/i)
  })

  test('static providers are in either toml or json format', async () => {
    const toml = { 'fonts.toml': '[phases.setup]\naptPkgs = ["emoji"]\n', 'nixpacks.toml': 'providers = ["node", "./fonts.toml"]\n' }
    const json = { 'fonts.json': '{"phases":{"setup":{"aptPkgs":["emoji"]}}}', 'nixpacks.toml': 'providers = ["node", "./fonts.json"]\n' }
    for (const files of [toml, json]) {
      const { plan } = await planFiles(files, { toolchains })
      expect(Object.values(plan.phases).flatMap(({ aptPkgs = [] }) => aptPkgs)).toEqual(['emoji'])
      expect(plan.phases['install']?.cmds).toEqual(['npm ci'])
    }
  })

  test('static providers install combinations of packages: fonts and C libraries', async () => {
    const { plan } = await planFiles(
      { 'nixpacks.toml': 'providers = ["...", "fonts", "build-tools"]\n', 'package.json': '{}' },
      { toolchains },
    )
    expect(plan.providers).toEqual(['node', 'fonts', 'build-tools'])
    expect(plan.phases['setup']?.aptPkgs).toEqual(expect.arrayContaining(['fonts-noto-color-emoji', 'build-essential']))
  })
})
