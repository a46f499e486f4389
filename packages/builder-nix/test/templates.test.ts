import { hash } from 'node:crypto'
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ToolchainFactory } from '@hop3/core'
import { describe, expect, it } from 'vitest'
import { lacksNix, nixStage, type NixStage } from './nix-stage.ts'

/** A stage whose hop3.toml has these lines under `[nix]`. */
async function templateStage(
  lines: string,
  files: Readonly<Record<string, string>> = {},
): Promise<NixStage & { configure: (lines: string) => void }> {
  const stage = await nixStage(files)
  const configure = (some: string): void => stage.write({ 'hop3.toml': `[nix]\nnixpkgs = "${stage.pin()}"\n${some}\n` })
  configure(lines)
  return { ...stage, configure }
}

/** Runs a worker's command as a deployer would, until its end. */
function start(runtime: Awaited<ReturnType<NixStage['build']>>['runtime'], worker = 'web', env: Record<string, string> = {}): string {
  const path = [...runtime.pathPrepend, '/usr/local/bin:/usr/bin:/bin'].join(':')
  const options = { cwd: runtime.workingDir, encoding: 'utf8', env: { ...runtime.envVars, ...env, PATH: path } } as const
  return execFileSync('/bin/sh', ['-c', runtime.workers[worker] ?? 'false'], options)
}

/** As much of a toolchain as a conversion asks. */
const nodeToolchain: ToolchainFactory = {
  name: 'node',
  specificity: 'inferred',
  create: ({ source }) => ({
    name: 'node',
    accept: async () => ({ accepted: await source.hasFile('package.json'), reason: 'package.json' }),
    plan: async () => ({
      kind: 'node',
      phases: {},
      processes: { web: 'node server.js' },
      versions: {},
      runtime: {},
      decisions: [],
      warnings: [],
    }),
  }),
}

describe.skipIf(lacksNix())('the template', { timeout: 60_000 }, () => {
  it('nixpkgs-wrapper makes an app of a package', async () => {
    const stage = await templateStage(`nixpkgs-package = "hello"\nexec-target = "hello"\nruntime-env = { GREETING = "hi" }`, {})
    expect(await (await stage.builder()).builder.accept()).toEqual({
      accepted: true,
      reason: '[nix] asks for the template nixpkgs-wrapper',
    })
    const { runtime, metadata } = await stage.build()
    expect(start(runtime)).toBe('Hello, world!\n')
    expect(runtime.envVars).toEqual({ GREETING: 'hi' })
    expect(metadata).toMatchObject({ template: 'nixpkgs-wrapper', template_version: 1, tier: 1 })
  })

  it('nixpkgs-wrapper says that there is no such package', async () => {
    const stage = await templateStage('nixpkgs_package = "python3Packages.nothing"\nexec-target = "x"')
    await expect(stage.build()).rejects.toMatchObject({
      code: 'build.nix-evaluation',
      message: expect.stringContaining('nixpkgs has no package python3Packages.nothing'),
    })
  })

  it('prebuilt-binary downloads a program', async () => {
    const stage = await templateStage('')
    const program = '#!/bin/sh\necho served on "$1" with "$2"\n'
    writeFileSync(join(stage.host.directory, 'serve'), program)
    const lines = `template = "prebuilt-binary"\nurl = "file://${stage.host.directory}/serve"\nexec-args = ["$PORT", "it's"]`
    stage.configure(`${lines}\nsha256 = "${hash('sha256', program, 'hex')}"`)
    const { runtime, metadata } = await stage.build()
    expect(start(runtime, 'web', { PORT: '8080' })).toBe("served on 8080 with it's\n")
    expect(metadata).toMatchObject({ tier: 3 })
    stage.configure(`${lines}\nsha256 = "${hash('sha256', 'another', 'hex')}"`)
    await expect(stage.build()).rejects.toMatchObject({ code: 'build.nix-hash' })
  })

  async function archiveStage(made: Readonly<Record<string, string>>): Promise<NixStage> {
    const stage = await templateStage('', Object.fromEntries(Object.entries(made).map(([name, text]) => [`made/${name}`, text])))
    const archive = join(stage.host.directory, 'serve.tar.gz')
    execFileSync('sh', ['-c', 'mkdir -p made; find made -name serve -exec chmod +x {} +'], { cwd: stage.source })
    execFileSync('tar', ['-czf', archive, '-C', 'made', ...readdirSync(join(stage.source, 'made')), '-T', '/dev/null'], {
      cwd: stage.source,
    })
    const sha256 = hash('sha256', readFileSync(archive), 'hex')
    stage.configure(`template = "prebuilt-archive"\nurl = "file://${archive}"\nsha256 = "${sha256}"\nexec-target = "serve"`)
    return stage
  }

  it.each([
    ['a directory', 'serve-1.0/'],
    ['a hidden one', '.app/'],
    ['several', ''],
  ])('prebuilt-archive downloads and unpacks %s', async (_what, top) => {
    const stage = await archiveStage({
      [`${top}bin/serve`]: '#!/bin/sh\ncat share/data\n',
      [`${top}share/data`]: 'from the archive',
      [`${top}.hidden`]: 'kept',
    })
    const { runtime, location } = await stage.build()
    expect(start(runtime)).toBe('from the archive')
    expect(readdirSync(location).toSorted()).toEqual(['.hidden', 'bin', 'hop3', 'share'])
  })

  it('prebuilt-archive makes no app of an archive with nothing in it', async () => {
    const stage = await archiveStage({})
    await expect(stage.build()).rejects.toMatchObject({
      code: 'build.nix-failed',
      message: expect.stringContaining('There is nothing in the archive.'),
    })
  })

  it('node-prebuilt runs a source as it is', async () => {
    const stage = await templateStage('template = "node-prebuilt"', {
      Procfile: 'web: node index.js\n',
      'index.js': 'console.log(require("./lib/x"))',
      'lib/x.js': 'module.exports = "from node"',
    })
    const { runtime } = await stage.build()
    expect(start(runtime)).toBe('from node\n')
    expect(runtime.pathPrepend.join(':')).toMatch(/-nodejs\/bin/)
  })

  it('is refused beside a hop3.nix', async () => {
    const stage = await templateStage('nixpkgs-package = "hello"', { 'hop3.nix': '{ }' })
    await expect(stage.build()).rejects.toMatchObject({ code: 'config.conflict', message: expect.stringMatching(/^hop3\.toml:3:1: /) })
  })

  it('has variables of the shell in front of what it starts, and no other shell', async () => {
    const stage = await templateStage(
      `nixpkgs-package = "hello"\nexec-target = "printf"\nexec-args = ["%s|", "$where", "\${AT}", "$other"]\nlocal-vars = { where = "\${PORT}/x" }\nenv-exports = { AT = 'a"b \`id\` $(id) \\\\ $PORT \${x:-y} $' }`,
    )
    const { runtime } = await stage.build()
    expect(start(runtime, 'web', { PORT: '80' })).toBe('80/x|a"b `id` $(id) \\\\ 80 ${x:-y} $|$other|')
  })

  it.each(['config-files', 'conditional-env', 'post-install-dirs', 'serve-mode', 'executable'])(
    'has no %s, and says what to write',
    async (key) => {
      const stage = await templateStage(`nixpkgs-package = "hello"\n${key} = "x"`)
      await expect(stage.build()).rejects.toMatchObject({
        code: 'config.invalid',
        message: expect.stringMatching(/^hop3\.toml:4:1: .*this builder has no such key/),
        hint: expect.not.stringContaining('The keys of'),
      })
    },
  )

  it('says which keys mean nothing to it', async () => {
    const stage = await templateStage('nixpkgs-package = "hello"\nexec-target = "hello"\nphp-version = "8.2"')
    await stage.build()
    expect(stage.texts()).toContain('hop3.toml:5:1: `php-version` says nothing to the template nixpkgs-wrapper, and is not used.')
    expect(stage.texts()).not.toContain('`exec-target` says')
  })

  it('names the keys it lacks', async () => {
    const stage = await templateStage('template = "prebuilt-binary"')
    await expect(stage.build()).rejects.toMatchObject({
      code: 'config.nix-template',
      message: expect.stringContaining('needs `url` and `sha256`'),
    })
  })

  it('is found for an app that is to be built by Nix and says no more', async () => {
    const stage = await nixStage({
      'package.json': '{ "name": "x", "scripts": { "start": "node server.js" } }',
      'server.js': 'console.log("found")',
    })
    stage.write({ 'hop3.toml': `[build]\nstrategy = "nix"\n[build.nix]\nnixpkgs = "${stage.pin()}"\n` })
    const toolchains = [nodeToolchain]
    expect(await (await stage.builder({ toolchains })).builder.accept()).toMatchObject({
      accepted: true,
      reason: 'the template node-prebuilt fits (package.json)',
    })
    const { runtime, metadata } = await stage.build({ toolchains })
    expect(metadata).toMatchObject({ template: 'node-prebuilt' })
    expect(start(runtime)).toContain('found')
    stage.write({ 'package.json': '{ "name": "x", "dependencies": { "express": "5" }, "scripts": { "start": "node server.js" } }' })
    expect(await (await stage.builder({ toolchains })).builder.accept()).toMatchObject({
      accepted: false,
      reason: 'no hop3.nix, and no template fits the app',
    })
  })
})
