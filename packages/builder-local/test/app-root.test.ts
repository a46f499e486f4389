/** Apps that are not the root of their source, and apps without any toolchain. */
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { ToolchainFactory } from '@hop3/core'
import { readAppConfig } from '@hop3/planner'
import { expect, it } from 'vitest'
import { localBuilder } from '../src/index.ts'
import { createFixture, type Fixture } from './build-fixture.ts'

const make: ToolchainFactory = {
  name: 'make',
  specificity: 'inferred',
  create: ({ source, root }) => ({
    name: 'make',
    accept: async () => ({ accepted: await source.hasFile(join(root, 'in.txt')), reason: 'in.txt' }),
    plan: async () => ({
      kind: 'make',
      phases: { build: { cmds: ['cp in.txt out.txt; pwd > where.txt'] } },
      processes: { web: './serve' },
      versions: {},
      runtime: { pathPrepend: ['bin'] },
      decisions: [],
      warnings: [],
    }),
  }),
}

async function build(app: Fixture, toolchains: readonly ToolchainFactory[] = [make]) {
  const context = app.context({ config: await readAppConfig({ sourcePath: app.source }), toolchains })
  mkdirSync(context.release.path, { recursive: true })
  const builder = localBuilder.create(context)
  expect((await builder.accept()).accepted).toBe(true)
  return { artifact: await builder.build(), source: join(context.release.path, 'source'), fingerprint: await builder.fingerprint?.() }
}

it('builds the directory [build] root names, and nothing else of the source', async () => {
  const app = createFixture({
    'hop3.toml': '[build]\nroot = "apps/web"\n',
    'apps/web/in.txt': 'x',
    'apps/other/big.bin': 'x',
    '.gitignore': '*.log\n',
    'apps/web/a.log': '',
  })
  const { artifact, source } = await build(app)
  expect(artifact).toMatchObject({ kind: 'make', location: source, runtime: { workingDir: source, pathPrepend: [join(source, 'bin')] } })
  expect(['in.txt', 'out.txt', 'a.log', 'apps'].map((name) => existsSync(join(source, name)))).toEqual([true, true, false, false])
})

it('builds the whole source of a workspace, with the app as working directory of phases and workers', async () => {
  const workspace = { 'package.json': '{"workspaces":["apps/*"]}', 'apps/web/package.json': '{}' }
  const app = createFixture({ ...workspace, 'hop3.toml': '[build]\nroot = "apps/web"\n', 'apps/web/in.txt': 'x', 'packages/ui/ui.js': '' })
  const { artifact, source } = await build(app)
  expect(artifact).toMatchObject({
    location: source,
    runtime: { workingDir: join(source, 'apps/web'), pathPrepend: [join(source, 'bin')] },
  })
  expect(existsSync(join(source, 'apps/web/out.txt'))).toBe(true)
  expect(existsSync(join(source, 'packages/ui/ui.js'))).toBe(true)
})

it('notices a change in the directory that is built, and none beside it', async () => {
  const app = createFixture({ 'hop3.toml': '[build]\nroot = "apps/web"\n', 'apps/web/in.txt': 'x', 'apps/other/a': '1' })
  const first = (await build(app)).fingerprint
  app.write({ 'apps/other/a': '2' })
  expect((await build(app)).fingerprint).toBe(first)
  app.write({ 'apps/web/in.txt': 'y' })
  expect((await build(app)).fingerprint).not.toBe(first)
})

it('builds an app that is nothing but packages, commands and a start', async () => {
  const toml =
    '[build.plan]\nproviders = []\nbuildImage = "debian:12"\n[build.plan.phases.setup]\naptPkgs = ["no-such-package"]\n[build.plan.phases.build]\ncmds = ["mkdir -p out && echo made > out/file"]\noutputs = ["out"]\n[build.plan.start]\ncmd = "sh serve.sh"\n'
  const app = createFixture({ 'hop3.toml': toml, 'serve.sh': '', 'in.txt': 'a toolchain would take this' })
  const { artifact, source } = await build(app)
  expect(artifact).toMatchObject({ kind: 'process', runtime: { workers: { web: 'sh serve.sh' } }, metadata: { toolchains: [] } })
  expect(existsSync(join(source, 'out/file'))).toBe(true)
  const isNamed = app.events.some(({ text }) => text.includes('no-such-package'))
  expect(isNamed).toBe(existsSync('/var/lib/dpkg/info'))
})

it('names the line of a path outside the app before any phase runs', async () => {
  const lines = [
    '[build.plan.phases.install]',
    'cmds = ["touch ran"]',
    '[build.plan.phases.build]',
    'cmds = ["true"]',
    'outputs = ["../x"]',
    '',
  ]
  const app = createFixture({ 'hop3.toml': lines.join('\n') })
  await expect(build(app, [])).rejects.toMatchObject({
    code: 'build.output-outside',
    message: expect.stringMatching(/^hop3\.toml:5:1: Phase "build" names "\.\.\/x" in outputs/),
  })
  expect(app.commands).toEqual([])
})
