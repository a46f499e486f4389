import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { buildContextFor } from '@hop3/testing'
import { describe, expect, it } from 'vitest'
import { nixBuilder } from '../src/index.ts'
import { nixHost } from '../src/nix-host.ts'
import { pinNixpkgs } from '../src/tools.ts'
import { lacksNix, nixStage, shellDerivation } from './nix-stage.ts'

const hello = '{ pkgs ? import <nixpkgs> { } }: { package = pkgs.hello; workers.web = "hello"; }'
const take = (what: string): string =>
  `{ package = ${shellDerivation('app', 'cp -r $src $out', `src = builtins.path { path = ${what}; name = "all"; };`)}; workers.web = "x"; }`

describe.skipIf(lacksNix())('the nixpkgs an app names', { timeout: 60_000 }, () => {
  it('may be a directory of its source, as it is copied', async () => {
    const stage = await nixStage({ 'hop3.nix': hello, 'hop3.toml': '[build.nix]\nnixpkgs = "nix/pkgs"\n' })
    cpSync(stage.nixpkgs, join(stage.source, 'nix/pkgs'), { recursive: true })
    expect((await stage.build()).location).toMatch(/-hello-1\.0$/)
  })

  it('brings nothing secret of the source into the store', async () => {
    const stage = await nixStage({
      'hop3.nix': take('<nixpkgs>'),
      'hop3.toml': '[build.nix]\nnixpkgs = "."\n',
      '.env': 'SECRET=1',
      '.git/config': 'token',
    })
    const { location } = await stage.build()
    expect(() => readFileSync(join(location, '.env'))).toThrow('ENOENT')
    expect(() => readFileSync(join(location, '.git/config'))).toThrow('ENOENT')
    expect(readFileSync(join(location, 'hop3.nix'), 'utf8')).toContain('<nixpkgs>')
  })

  it.each(['/', '/etc', '..', 'a/../../..', 'missing', '.git'])('is refused where pure evaluation may not read it: %s', async (nixpkgs) => {
    const stage = await nixStage({
      'hop3.nix': take('/etc/apt'),
      'hop3.toml': `[build.nix]\nnixpkgs = "${nixpkgs}"\n`,
      '.git/config': 'token',
    })
    await expect(stage.build()).rejects.toMatchObject({
      code: 'config.invalid',
      message: expect.stringMatching(/^hop3\.toml:2:1: build\.nix\.nixpkgs: /),
    })
  })

  it('may be any directory where the evaluation is impure', async () => {
    const stage = await nixStage({ 'hop3.nix': hello })
    stage.write({ 'hop3.toml': `[build.nix]\npure = false\nnixpkgs = "${stage.nixpkgs}"\n` })
    expect((await stage.build()).location).toMatch(/-hello-1\.0$/)
  })

  it('is never what nix.conf says', async () => {
    const stage = await nixStage({ 'hop3.nix': hello }, `nix-path = nixpkgs=${join(import.meta.dirname, 'nixpkgs')}\n`)
    await expect(stage.build()).rejects.toMatchObject({ code: 'config.nix-nixpkgs' })
  })

  it('is missed by its pin where it has gone', async () => {
    const stage = await nixStage({ 'hop3.nix': hello })
    rmSync(stage.pin(), { recursive: true })
    await expect(stage.build()).rejects.toMatchObject({ code: 'config.nix-pin', message: expect.stringContaining('no directory any more') })
  })

  it('is in the fingerprint as it was when the build began', async () => {
    const stage = await nixStage({ 'hop3.nix': hello })
    stage.pin()
    const before = await (await stage.builder()).builder.fingerprint?.()
    const other = join(stage.host.directory, 'other')
    cpSync(stage.nixpkgs, other, { recursive: true })
    const start = stage.host.run
    const artifact = await stage.build({
      run: async (command) => {
        await pinNixpkgs(join(stage.host.home, 'tools'), other, undefined)
        return start(command)
      },
    })
    expect(artifact.metadata['fingerprint']).toBe(before)
    expect(await (await stage.builder()).builder.fingerprint?.()).not.toBe(before)
  })
})

describe.skipIf(lacksNix())('a home below a link', { timeout: 60_000 }, () => {
  it('is built in as any other', async () => {
    const stage = await nixStage({
      'hop3.nix': `{ pkgs ? import <nixpkgs> { } }: { package = ${shellDerivation('app', 'mkdir $out; cp $src/hop3.nix $out/', 'src = ./.;')}; workers.web = "cat \${pkgs.hello}"; }`,
    })
    const { context } = await stage.builder()
    const [real, link] = [join(stage.host.directory, 'real'), join(stage.host.directory, 'link')]
    mkdirSync(real)
    symlinkSync(real, link)
    renameSync(stage.nixpkgs, join(real, 'nixpkgs'))
    mkdirSync(join(link, 'tools'))
    writeFileSync(join(link, 'tools/nixpkgs.json'), JSON.stringify({ path: join(link, 'nixpkgs') }))
    const release = { ...context.release, path: join(link, 'release') }
    mkdirSync(release.path)
    const below = await buildContextFor(stage.host, { sourcePath: stage.source, env: stage.env, release, toolsPath: join(link, 'tools') })
    expect((await nixBuilder.create(below).build()).location).toMatch(/-app$/)
  })

  it('has its own store where the link leads to', async () => {
    const stage = await nixStage({})
    const [real, link] = [join(stage.host.directory, 'real'), join(stage.host.directory, 'link')]
    mkdirSync(real)
    symlinkSync(real, link)
    // Nobody's: neither /nix nor a daemon is theirs.
    const { isPrivateStore, env } = nixHost({ env: { NIX_STATE_DIR: '/nonexistent' }, toolsPath: join(link, 'tools') }, () => true)
    expect(isPrivateStore).toBe(true)
    expect(dirname(env['NIX_STORE_DIR'] ?? '')).toBe(join(real, 'tools/nix'))
  })
})
