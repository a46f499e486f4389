import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isHop3Error } from '@hop3/core'
import { describe, expect, it } from 'vitest'
import type { NixHost } from '../src/nix-host.ts'
import { checkSandbox, grantedSandbox } from '../src/sandbox.ts'
import { createSession } from '../src/session.ts'
import { lacksNix, nixStage, shellDerivation } from './nix-stage.ts'

const app = (script: string): Record<string, string> => ({
  'hop3.nix': `{ package = ${shellDerivation('app', script)}; workers.web = "x"; }`,
})

/** The sandbox has nothing of the host: a static shell is put where Debian's Nix has none. */
const sandboxed = 'sandbox = true\nsandbox-paths = /bin/sh=/bin/busybox\n'
const lacksBusybox = !existsSync('/bin/busybox') && process.env['HOP3_REQUIRE'] !== 'all'

const refusal = 'this system does not support the kernel namespaces that are required for sandboxing'
const mismatch = "hash mismatch in fixed-output derivation '/x-download.drv':\\n specified: sha256-A\\n got: sha256-B"

describe.skipIf(lacksNix())('a builder that speaks for Nix', { timeout: 60_000 }, () => {
  it.skipIf(lacksBusybox).each([
    [
      'in a line too long for one piece',
      `s=x; for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18; do s=$s$s; done; echo "$s ${refusal}"`,
    ],
    ['as an event of its own', `echo '@nix {"action":"msg","level":0,"msg":"error: ${refusal}","raw_msg":"${refusal}"}' >&2`],
    ['in a line', `echo "${refusal}"`],
  ])('keeps its sandbox: %s', async (_what, says) => {
    const stage = await nixStage(app(`test -e /etc/shells && mkdir $out && exit 0; ${says}; exit 1`), sandboxed)
    await expect(stage.build()).rejects.toMatchObject({ code: 'build.nix-failed' })
  })

  it('is not believed of a hash', async () => {
    const event = `@nix {"action":"msg","level":0,"msg":"error: ${mismatch}","raw_msg":"${mismatch}"}`
    const script = `printf '%s\\n' "$event" >&2; exit 1`
    const stage = await nixStage({
      'hop3.nix': `{ package = ${shellDerivation('app', script, 'event = builtins.readFile ./event;')}; workers.web = "x"; }`,
      event,
    })
    await expect(stage.build()).rejects.toMatchObject({ code: 'build.nix-failed', message: expect.stringMatching(/^Building app of shop/) })
  })
})

describe.skipIf(lacksNix())('a host without namespaces', { timeout: 60_000 }, () => {
  /** Nix as it is where the kernel has none to give, whether or not this one has. */
  async function bareStage(conf: string): ReturnType<typeof nixStage> {
    const stage = await nixStage(app('mkdir $out; echo built > $out/made'), `sandbox = true\n${conf}`)
    const bin = join(stage.host.directory, 'bin')
    const real = execFileSync('/bin/sh', ['-c', 'command -v nix-store'], { encoding: 'utf8' }).trim()
    const without = 'for one in /proc/sys/user/max_*_namespaces; do echo 0 >$one; done; exec "$@"'
    mkdirSync(bin)
    writeFileSync(
      join(bin, 'nix-store'),
      `#!/bin/sh\nif unshare -Ur true 2>/dev/null; then exec unshare -Ur /bin/sh -c '${without}' sh ${real} "$@"; fi\nexec ${real} "$@"\n`,
    )
    chmodSync(join(bin, 'nix-store'), 0o755)
    const env = { ...stage.env, PATH: `${bin}:${process.env['PATH'] ?? ''}` }
    return { ...stage, build: (change) => stage.build({ env, ...change }) }
  }

  it('builds without a sandbox, and says so', async () => {
    const stage = await bareStage('')
    const { location, metadata } = await stage.build()
    expect(readFileSync(join(location, 'made'), 'utf8')).toBe('built\n')
    expect(metadata).toMatchObject({ nix: { sandbox: false } })
    expect(stage.texts()).toContain('Built without a sandbox')
  })

  it('builds nothing where one is required', async () => {
    const stage = await bareStage('')
    stage.write({ 'hop3.toml': '[build.nix]\nsandbox = "require"\n' })
    await expect(stage.build()).rejects.toMatchObject({ code: 'environment.nix-sandbox', class: 'environment' })
  })
})

describe('what is recorded of the sandbox', () => {
  it.skipIf(lacksNix())('is nothing where nothing was built', async () => {
    const stage = await nixStage(app('mkdir $out'))
    expect((await stage.build()).metadata).toMatchObject({ nix: { sandbox: false } })
    stage.write({ 'hop3.toml': '[build.nix]\nsandbox = "require"\n' })
    expect((await stage.build()).metadata).toMatchObject({ nix: { sandbox: null } })
  })

  it.skipIf(lacksNix())('is that it was relaxed', async () => {
    const stage = await nixStage(
      { 'hop3.nix': `{ package = ${shellDerivation('app', 'mkdir $out', '__noChroot = true;')}; workers.web = "x"; }` },
      'sandbox = relaxed\n',
    )
    expect((await stage.build()).metadata).toMatchObject({ nix: { sandbox: 'relaxed' } })
  })

  it.each([
    ['', null],
    ['sandbox = false', false],
    ['sandbox = true', null],
    ['sandbox = true\nsandbox-fallback = false', true],
  ])('is of the daemon that listens to nobody: %s', async (lines, sandbox) => {
    const daemonConf = new Map(
      lines
        .split('\n')
        .map((line) => line.split(' = '))
        .flatMap(([name, value]) => (name === undefined || value === undefined ? [] : [[name, value] as const])),
    )
    const host: NixHost = { env: {}, settings: [], conf: new Map(), daemonConf, ignoresSettings: true, isPrivateStore: false }
    expect(grantedSandbox(host, true, 1)).toBe(sandbox)
    const stage = await nixStage({ 'hop3.toml': '[build.nix]\nsandbox = "require"\n' })
    const session = { ...(await createSession((await stage.builder()).context)), host: () => host }
    const refused = (): string => {
      try {
        checkSandbox(session)
        return 'no'
      } catch (error) {
        return isHop3Error(error) ? error.code : String(error)
      }
    }
    expect(refused()).toBe(sandbox === true ? 'no' : 'environment.nix-sandbox')
  })
})
