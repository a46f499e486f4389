import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkBuild, ejectTemplate, pinNixpkgs } from '../src/tools.ts'
import { lacksNix, nixStage, shellDerivation, type NixStage } from './nix-stage.ts'

const check = async (stage: NixStage): ReturnType<typeof checkBuild> => checkBuild((await stage.builder()).context)

describe.skipIf(lacksNix())('a check', { timeout: 60_000 }, () => {
  it.each([
    ['reproducible', { 'hop3.nix': `{ package = ${shellDerivation('app', 'echo same > $out')}; workers.web = "x"; }` }],
    ['not deterministic', { 'hop3.nix': `{ package = ${shellDerivation('app', 'date +%s%N > $out')}; workers.web = "x"; }` }],
    ['build failed', { 'hop3.nix': `{ package = ${shellDerivation('app', 'exit 1')}; workers.web = "x"; }` }],
    ['evaluation error', { 'hop3.nix': '{ package = 1; }' }],
    [
      'stale hash',
      {
        file: 'new',
        'hop3.nix': `{ package = ${shellDerivation('app', 'cp $file $out', 'file = ./file; outputHash = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";')}; workers.web = "x"; }`,
      },
    ],
  ])('finds a build %s', async (verdict, files) => {
    expect(await check(await nixStage({ ...files }))).toMatchObject({ verdict })
  })
})

describe.skipIf(lacksNix())('a check of a build that is well', { timeout: 60_000 }, () => {
  it('does not blame the app where the host has failed meanwhile', async () => {
    const stage = await nixStage({ 'hop3.nix': `{ package = ${shellDerivation('app', 'echo same > $out')}; workers.web = "x"; }` })
    const gone = { NIX_REMOTE: 'daemon', NIX_DAEMON_SOCKET_PATH: '/nonexistent/socket' }
    const run: typeof stage.host.run = (command) =>
      stage.host.run(command.args.includes('--check') ? { ...command, env: { ...command.env, ...gone } } : command)
    const { context } = await stage.builder({ run })
    await expect(checkBuild(context)).rejects.toMatchObject({ code: 'environment.nix-daemon' })
  })
})

describe.skipIf(lacksNix())('an ejected template', { timeout: 60_000 }, () => {
  it('builds to the same store path, and is left alone the next time', async () => {
    const stage = await nixStage({ Procfile: 'web: node index.js\n', 'index.js': '1' })
    const lines = `nixpkgs = "${stage.pin()}"\n`
    stage.write({ 'hop3.toml': `[nix]\ntemplate = "node-prebuilt"\nruntime-env = { A = "$\{x}" }\n${lines}` })
    const before = await stage.build()
    const { context } = await stage.builder()
    expect(await ejectTemplate(context)).toMatchObject({ template: 'node-prebuilt', files: ['hop3.nix', 'hop3-plan.json'] })
    expect(readFileSync(join(stage.source, 'hop3.nix'), 'utf8')).toMatch(/^# The template node-prebuilt, version 1, of /)
    await expect(ejectTemplate(context)).rejects.toMatchObject({ code: 'usage.exists' })
    stage.write({ 'hop3.toml': `[nix]\n${lines}` })
    expect(await stage.build()).toMatchObject({ location: before.location, runtime: { envVars: { A: '${x}' } } })
  })

  it('is none where none is named', async () => {
    const { context } = await (await nixStage({})).builder()
    await expect(ejectTemplate(context)).rejects.toMatchObject({
      code: 'config.nix-template',
    })
  })
})

describe.skipIf(lacksNix())('a pin', { timeout: 60_000 }, () => {
  it('is what <nixpkgs> means where the app says nothing', async () => {
    const stage = await nixStage({ 'hop3.nix': '{ pkgs ? import <nixpkgs> { } }: { package = pkgs.hello; workers.web = "hello"; }' })
    const { context } = await stage.builder()
    await expect(stage.build()).rejects.toMatchObject({ code: 'config.nix-nixpkgs' })
    const file = await pinNixpkgs(context.toolsPath, stage.nixpkgs, undefined)
    expect(existsSync(file)).toBe(true)
    expect((await stage.build()).location).toMatch(/-hello-1\.0$/)
  })

  it('may be an archive, which is fetched once', async () => {
    const stage = await nixStage({ 'hop3.nix': '{ pkgs ? import <nixpkgs> { } }: { package = pkgs.hello; workers.web = "hello"; }' })
    const archive = join(stage.host.directory, 'nixpkgs.tar.gz')
    const { execFileSync } = await import('node:child_process')
    execFileSync('tar', ['-czf', archive, '-C', stage.host.directory, 'nixpkgs'])
    const sha256 = stage.nix('nix-hash', '--type', 'sha256', '--base32', stage.nixpkgs).trim()
    const { context } = await stage.builder()
    await pinNixpkgs(context.toolsPath, `file://${archive}`, sha256)
    await stage.build()
    rmSync(archive)
    stage.nix('nix-collect-garbage')
    expect((await stage.build()).location).toMatch(/-hello-1\.0$/)
  })

  it('has no password', async () => {
    const address = 'https://name:secret@example.org/nixpkgs.tar.gz'
    await expect(pinNixpkgs('/nonexistent', address, 'a'.repeat(52))).rejects.toMatchObject({
      code: 'usage.bad-value',
      message: expect.not.stringContaining('secret'),
      hint: expect.stringContaining('netrc-file'),
    })
  })

  it('is no address without a hash', async () => {
    await expect(pinNixpkgs('/nonexistent', 'https://example.org/nixpkgs.tar.gz', undefined)).rejects.toMatchObject({
      code: 'usage.bad-value',
    })
  })
})
