import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readNixConf } from '../src/nix-conf.ts'
import { lacksNix, nixStage, shellDerivation } from './nix-stage.ts'

/** An app whose package has this runtime.json. */
const contract = (runtime: unknown, script = ''): Record<string, string> => ({
  'hop3.nix': `{ package = ${shellDerivation('app', `mkdir -p $out/hop3 $out/site; cp $runtime $out/hop3/runtime.json; ${script}`, 'runtime = ./runtime.json;')}; }`,
  'runtime.json': JSON.stringify(runtime),
})
const file = (workers: string): Record<string, string> => ({
  'hop3.nix': `{ package = ${shellDerivation('app', 'mkdir $out')}; workers = ${workers}; }`,
})

describe.skipIf(lacksNix())('workers of a package', { timeout: 60_000 }, () => {
  it.each([
    ['prebuild', 'make', 'config.worker-name'],
    ['postbuild', 'make', 'config.worker-name'],
    ['prerun', 'make', 'config.worker-name'],
    ['release', 'make', 'config.worker-name'],
    ['cron-clean', 'every day clean', 'config.cron'],
    ['web', ' ', 'config.invalid'],
    ['static', '/etc', 'config.static-path'],
    ['static', '../..', 'config.static-path'],
    ['static', 'out', 'config.static-path'],
  ])('are refused as those of a Procfile are: %s = %s', async (name, command, code) => {
    const stage = await nixStage(contract({ workers: { [name]: command } }, 'ln -s /etc $out/out'))
    await expect(stage.build()).rejects.toMatchObject({ code, message: expect.stringMatching(/hop3\/runtime\.json: /) })
  })

  it('may have any name', async () => {
    const stage = await nixStage(file('{ web = "x"; constructor = "run"; }'))
    expect((await stage.build()).runtime.workers).toEqual({ web: 'x', constructor: 'run' })
    expect(stage.texts()).not.toContain('hop3/runtime.json of the package says')
  })

  it.each([
    ['{ prerun = "x"; }', 'config.worker-name'],
    ['{ cron-x = "x"; }', 'config.cron'],
    ['{ static = "/etc"; }', 'config.static-path'],
    ['{ web = "x"; wsgi = "x:app"; }', 'config.two-web-workers'],
  ])('are refused in hop3.nix as well: %s', async (workers, code) => {
    await expect((await nixStage(file(workers))).build()).rejects.toMatchObject({ code, message: expect.stringMatching(/^hop3\.nix: /) })
  })

  it('may be a site in the package, or in another that the release keeps', async () => {
    const own = await nixStage(contract({ workers: { static: 'site/' } }))
    const first = await own.build()
    expect(first.runtime.workers).toEqual({ static: join(first.location, 'site') })
    const other = shellDerivation('site', 'mkdir -p $out/share')
    const stage = await nixStage({
      'hop3.nix': `{ package = ${shellDerivation('app', 'mkdir $out')}; workers.static = "\${${other}}/share"; }`,
    })
    expect((await stage.build()).runtime.workers['static']).toMatch(/-site\/share$/)
  })
})

describe.skipIf(lacksNix())('a package that is no derivation', { timeout: 60_000 }, () => {
  it.each([
    ['a set of two names', '{ drvPath = "x"; outPath = "/"; }'],
    ['one that says it is', '{ type = "derivation"; drvPath = "x"; outPath = "/"; }'],
    ['one that leads out of what is built', `(real: real // { outPath = "\${real}/../../.."; }) (${shellDerivation('app', 'mkdir $out')})`],
  ])('is refused: %s', async (_what, expression) => {
    const stage = await nixStage({ 'hop3.nix': `{ package = ${expression}; workers.web = "x"; }` })
    await expect(stage.build()).rejects.toMatchObject({
      code: 'build.nix-attribute',
      message: expect.stringContaining('`package` must be a derivation'),
    })
  })
})

describe.skipIf(lacksNix())('a package that is not what its readers expect', { timeout: 60_000 }, () => {
  it.each([
    ['a device', 'mkdir $out/hop3; ln -s /dev/zero $out/hop3/runtime.json'],
    ['a file of the host', 'mkdir $out/hop3; ln -s /etc/hostname $out/hop3/runtime.json'],
    ['a directory', 'mkdir -p $out/hop3/runtime.json'],
    ['more than anybody reads', 'mkdir $out/hop3; head -c 2000000 /dev/zero > $out/hop3/runtime.json'],
    ['a list of names that is a device', 'mkdir $out/nix-support; ln -s /dev/zero $out/nix-support/propagated-build-inputs'],
  ])('is refused, and not read: %s', async (_what, script) => {
    const stage = await nixStage({ 'hop3.nix': `{ package = ${shellDerivation('app', `mkdir $out; ${script}`)}; workers.web = "x"; }` })
    await expect(stage.build()).rejects.toMatchObject({ code: 'build.nix-runtime', message: expect.stringContaining('is not read') })
  })

  it('is refused where it says more than anybody reads', async () => {
    const large = 'let twice = text: times: if times == 0 then text else twice (text + text) (times - 1); in twice "x" 25'
    const stage = await nixStage({
      'hop3.nix': `{ package = ${shellDerivation('app', 'mkdir $out')}; workers.web = "x"; env.A = ${large}; }`,
    })
    await expect(stage.build()).rejects.toMatchObject({
      code: 'build.nix-evaluation',
      message: expect.stringContaining('more than 16 MiB'),
    })
  })

  it('is not built where nix.conf cannot be read', async () => {
    const stage = await nixStage({ 'hop3.nix': `{ package = ${shellDerivation('app', 'mkdir $out')}; workers.web = "x"; }` })
    const NIX_CONF_DIR = join(stage.host.directory, 'unreadable')
    mkdirSync(join(NIX_CONF_DIR, 'nix.conf'), { recursive: true })
    expect(() => readNixConf({ NIX_CONF_DIR })).toThrow('EISDIR')
  })
})
