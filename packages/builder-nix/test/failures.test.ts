import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { isHop3Error, type Hop3Error, type Run } from '@hop3/core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { lacksNix, nixStage, processesNaming, shellDerivation, type NixStage } from './nix-stage.ts'

async function failure(stage: NixStage, change: Parameters<NixStage['build']>[0] = {}): Promise<Hop3Error> {
  const thrown = await stage.build(change).then(
    () => 'built',
    (error: unknown) => error,
  )
  if (!isHop3Error(thrown)) throw new Error(`no Hop3Error: ${String(thrown)}`)
  return thrown
}

/** Some end by themselves once the first is gone. */
function killNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

const derivation = shellDerivation('app', 'mkdir $out')

describe.skipIf(lacksNix())('an expression that is wrong', { timeout: 60_000 }, () => {
  it.each<[what: string, expression: string, code: string, message: RegExp]>([
    ['a syntax error', '{\n  package = ;\n}', 'build.nix-evaluation', /^hop3\.nix:2:13: syntax error, unexpected ';'/],
    ['a name that is not defined', '{ package =\n  nothing; }', 'build.nix-evaluation', /^hop3\.nix:2:3: undefined variable 'nothing'/],
    ['what it throws', '{ package = throw "no such luck"; }', 'build.nix-evaluation', /^hop3\.nix:1:3: no such luck/],
    ['what it throws of a corrupt input', '{ package = throw "corrupt input"; }', 'build.nix-evaluation', /^hop3\.nix:1:3: corrupt input/],
    [
      'what it throws of a permission',
      '{ package = throw "Permission denied by the author"; }',
      'build.nix-evaluation',
      /^hop3\.nix:1:3: Permission denied by/,
    ],
    [
      'no package',
      '{ }: { packages = 1; workers.web = "x"; }',
      'build.nix-attribute',
      /^hop3\.nix: has no attribute `package`; it has packages, workers/,
    ],
    ['nothing', '{ }', 'build.nix-attribute', /has no attribute `package`; it has none/],
    ['a number', '5', 'build.nix-attribute', /^hop3\.nix: must be an attribute set or a function that returns one, not a int/],
    [
      'a package that is none',
      '{\n package = "x"; }',
      'build.nix-attribute',
      /^hop3\.nix:2:2: `package` must be a derivation, not a string/,
    ],
    [
      'a worker that is no string',
      `{ package = ${derivation};\n workers = { web = [ "a" ]; }; }`,
      'build.nix-attribute',
      /^hop3\.nix:\d+:14: `workers\.web` must be a string, not a list/,
    ],
    [
      'workers that are no set',
      `{ package = ${derivation}; workers = "x"; }`,
      'build.nix-attribute',
      /`workers` must be an attribute set of strings, not a string/,
    ],
    [
      'a variable that is no string',
      `{ package = ${derivation}; workers.web = "x"; env.A = true; }`,
      'build.nix-attribute',
      /`env\.A` must be a string, not a bool/,
    ],
    [
      'an attribute that refers to itself',
      'let x = y;\n y = x; in { package = x; }',
      'build.nix-recursion',
      /^hop3\.nix:\d:\d+: infinite recursion encountered/,
    ],
    ['a function that never ends', 'let f = x: f (x + 1) + 1; in { package = f 1; }', 'build.nix-recursion', /stack overflow/],
    [
      'nixpkgs that nobody pinned',
      '{ pkgs ? import <nixpkgs> {} }:\n{ package = pkgs.hello; }',
      'config.nix-nixpkgs',
      /^hop3\.nix:1:17: the expression imports <nixpkgs>/,
    ],
    ['nixpkgs wanted as an argument', '{ pkgs }: { package = pkgs.hello; }', 'config.nix-nixpkgs', /imports <nixpkgs>/],
    [
      'an import from a derivation',
      `{ package = import (${shellDerivation('generated', 'echo 1 > $out')}); }`,
      'build.nix-import-from-derivation',
      /^hop3\.nix:\d+:\d+: the expression needs the result of a build/,
    ],
    [
      'a file of the host',
      '{ package = builtins.readFile /etc/passwd; }',
      'build.nix-forbidden-path',
      /^hop3\.nix:1:13: access to absolute path '\/etc\/passwd' is forbidden/,
    ],
    ['a directory of the host', '{ package = builtins.readDir /root; }', 'build.nix-forbidden-path', /forbidden/],
    [
      'a source outside of the app',
      `{ package = ${shellDerivation('app', 'mkdir $out', 'src = ../..;')}; }`,
      'build.nix-forbidden-path',
      /forbidden/,
    ],
    ['an address', '{ package = builtins.fetchurl "http://127.0.0.1:1/x"; }', 'build.nix-forbidden-path', /forbidden/],
    [
      'a feature that is disabled',
      '{ package = builtins.getFlake "path:/x"; }',
      'environment.nix-feature',
      /experimental feature of Nix that is disabled/,
    ],
  ])('%s', async (_what, expression, code, message) => {
    const thrown = await failure(await nixStage({ 'hop3.nix': expression }))
    expect({ code: thrown.code, message: thrown.message }).toEqual({ code, message: expect.stringMatching(message) })
    expect(thrown.hint).not.toBe('')
    expect(thrown.message).not.toContain('/releases/')
  })

  it('a file of the host, through a link of the repository', async () => {
    const stage = await nixStage({ 'hop3.nix': '{ package = builtins.readFile ./innocent; }' })
    symlinkSync('/etc/passwd', join(stage.source, 'innocent'))
    expect(await failure(stage)).toMatchObject({ code: 'build.source-link' })
  })

  it('a file of the host, through a link that is made while nobody looks', async () => {
    const stage = await nixStage({ 'hop3.nix': '{ package = builtins.readFile ./innocent; }', innocent: 'text' })
    const start = stage.host.run
    const run: Run = (command) => {
      rmSync(join(command.cwd, 'innocent'), { force: true })
      symlinkSync('/etc/passwd', join(command.cwd, 'innocent'))
      return start(command)
    }
    expect(await failure(stage, { run })).toMatchObject({ code: 'build.nix-forbidden-path' })
  })

  it('two names that are nearly right', async () => {
    const stage = await nixStage({ 'hop3.nix': `{ package = ${derivation}; worker.web = "x"; }` })
    expect(await failure(stage)).toMatchObject({ code: 'build.nothing-to-start' })
    expect(stage.texts()).toContain('hop3.nix has an attribute `worker`, which nobody reads. Did you mean `workers`?')
  })

  it.each([
    ['no JSON', '{'],
    ['a list', '[]'],
    ['a worker that is no string', '{"workers": {"web": 5}}'],
    ['a NUL', '{"workers": {"web": "a\\u0000b"}}'],
    ['a name that is none', '{"env": {"A-B": "x"}}'],
    ['more than a process can take', `{"env": {"A": "${'x'.repeat(200_000)}"}}`],
  ])('a runtime.json that holds %s', async (_what, json) => {
    const made = shellDerivation('app', 'mkdir -p $out/hop3; cp $runtime $out/hop3/runtime.json', 'runtime = ./runtime.json;')
    const stage = await nixStage({ 'hop3.nix': `{ package = ${made}; }`, 'runtime.json': json })
    expect(await failure(stage)).toMatchObject({ code: 'build.nix-runtime' })
  })
})

describe.skipIf(lacksNix())('a hint', { timeout: 60_000 }, () => {
  it.each(['--help.nix', '$(id).nix', 'a b.nix'])('can be typed as it stands: %s', async (name) => {
    const stage = await nixStage({ [name]: '{ package = throw "x"; }', 'hop3.toml': `[build.nix]\nfile = "${name}"\n` })
    const { hint = '' } = await failure(stage)
    const [, command = ''] = /`nix-instantiate --eval --strict --show-trace (.*) -A workers`/.exec(hint) ?? []
    expect(execFileSync('/bin/sh', ['-c', `printf %s ${command}`], { encoding: 'utf8' })).toBe(`./${name}`)
  })
})

describe.skipIf(lacksNix())('a build that fails', { timeout: 60_000 }, () => {
  const app = (script: string, attributes = ''): Record<string, string> => ({
    'hop3.nix': `{ package = ${shellDerivation('app', script, attributes)}; workers.web = "x"; }`,
  })

  it('names the derivation, its phase and its last lines', async () => {
    const stage = await nixStage(app(`echo '@nix {"action":"setPhase","phase":"checkPhase"}' >&2; echo the tests are red; exit 7`))
    const thrown = await failure(stage)
    expect(thrown).toMatchObject({ code: 'build.nix-failed', details: { phase: 'checkPhase', lines: ['the tests are red'] } })
    expect(thrown.message).toBe('Building app of shop failed in checkPhase with exit code 7. Its last lines:\nthe tests are red')
  })

  it('names the derivation of a dependency', async () => {
    const dependency = shellDerivation('library-1.0', 'echo missing header; exit 1')
    expect((await failure(await nixStage(app('mkdir $out', `dependency = ${dependency};`)))).message).toMatch(
      /^Building library-1\.0 of shop failed with exit code 1\..*missing header$/s,
    )
  })

  it('names both hashes of a download, and how to accept the new one', async () => {
    const stage = await nixStage({ archive: 'not what was expected' })
    const wanted = 'sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='
    const download = `derivation { name = "archive"; system = builtins.currentSystem; builder = "builtin:fetchurl"; url = "file://${stage.source}/archive"; outputHash = "${wanted}"; outputHashMode = "flat"; outputHashAlgo = null; }`
    stage.write({ 'hop3.nix': `{ package = ${download}; workers.web = "x"; }` })
    const thrown = await failure(stage)
    expect(thrown).toMatchObject({ code: 'build.nix-hash', details: { wanted, got: expect.stringMatching(/^sha256-/) } })
    expect(thrown.hint).toContain(`hash = "${String(thrown.details['got'])}";`)
  })

  it('ends when its time is over, and leaves no process', async () => {
    const stage = await nixStage({ ...app('sleep 296.51'), 'hop3.toml': '[build.nix]\ntimeout = 2\n' })
    expect(await failure(stage)).toMatchObject({ code: 'build.timeout' })
    expect(await processesNaming('296.51')).toEqual([])
  })

  it('says that Nix is missing, and how to get it', async () => {
    const stage = await nixStage(app('mkdir $out'))
    const thrown = await failure(stage, { env: { ...stage.env, PATH: '/nonexistent' } })
    expect(thrown).toMatchObject({ code: 'environment.nix-missing', hint: expect.stringContaining('apt-get install nix-bin') })
  })

  it.skipIf(process.getuid?.() !== 0)('says that there are no build users', async () => {
    const stage = await nixStage(app('mkdir $out'), 'build-users-group = nobody-has-this\n')
    expect(await failure(stage)).toMatchObject({ code: 'environment.nix-build-users', class: 'environment' })
  })

  it('says that the sandbox has no shell', async () => {
    const stage = await nixStage({ ...app('mkdir $out'), 'hop3.toml': '[build.nix]\nsandbox = "require"\n' }, 'sandbox-paths =\n')
    const thrown = await failure(stage)
    // Where the kernel lets nobody make namespaces, that is what is said.
    const hasNamespaces = spawnSync('unshare', ['--mount', '--pid', '--fork', 'true']).status === 0
    expect(thrown.code).toBe(hasNamespaces ? 'build.nix-failed' : 'environment.nix-sandbox')
    expect(thrown.hint).toContain('sandbox = "off"')
  })

  it.skipIf(process.getuid?.() !== 0).each([
    ['full', 'size=256k', 'environment.disk-full'],
    ['read-only', 'ro', 'environment.read-only'],
  ])('says that the store is %s', async (_what, options, code) => {
    const stage = await nixStage({ ...app('mkdir $out', 'src = ./.;'), large: 'x'.repeat(1024 * 1024) })
    const store = stage.env['NIX_STORE_DIR'] ?? ''
    stage.nix('nix-store', '--init')
    mkdirSync(store, { recursive: true })
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', store])
    onTestFinished(() => void execFileSync('umount', [store]))
    expect(await failure(stage)).toMatchObject({ code, class: 'environment' })
  })

  it('is begun again after it was killed', async () => {
    const stage = await nixStage(
      app(
        'test -e /tmp/hop3-nix-again-$again || { touch /tmp/hop3-nix-again-$again; sleep 295.37; }; mkdir $out',
        `again = "${process.pid}";`,
      ),
    )
    onTestFinished(() => rmSync(`/tmp/hop3-nix-again-${process.pid}`, { force: true }))
    // Nix leaves an empty directory where it worked.
    const building = stage.build({ env: { ...stage.env, TMPDIR: stage.host.directory } }).catch((error: unknown) => error)
    // Its text is an argument of the shell before it has done any of it.
    await expect.poll(() => existsSync(`/tmp/hop3-nix-again-${process.pid}`), { timeout: 20_000 }).toBe(true)
    // As a power cut would: Nix itself gets no time to end its builder.
    for (const text of [stage.host.directory, '295.37']) for (const pid of await processesNaming(text)) killNow(pid)
    await building
    expect(await stage.build()).toMatchObject({ kind: 'nix' })
  })

  it('is no failure when two build the same at once', async () => {
    const stage = await nixStage(app('sleep 1; mkdir $out'))
    const [one, other] = await Promise.all([stage.build(), stage.build()])
    expect(one.location).toBe(other.location)
  })
})

describe('a configuration that is wrong', () => {
  it.each([
    ['sandbox = "maybe"', /^hop3\.toml:2:1: build\.nix\.sandbox: /],
    ['file = "../other.nix"', /must be a path inside the app/],
    ['nixpkgs = { url = "https://example.org/x.tar.gz" }', /build\.nix\.nixpkgs/],
    ['pures = false', /there is no such key/],
    [`nixpkgs = { url = "https://name:secret@example.org/x.tar.gz", sha256 = "${'a'.repeat(52)}" }`, /build\.nix\.nixpkgs/],
    ['url = "https://token@example.org/x"', /must not hold a user or a password.*netrc-file/],
  ])('%s', async (line, message) => {
    const stage = await nixStage({ 'hop3.nix': '{ }', 'hop3.toml': `[build.nix]\n${line}\n` })
    expect(await failure(stage)).toMatchObject({ code: 'config.invalid', message: expect.stringMatching(message) })
  })

  it('names a file that is not there', async () => {
    const stage = await nixStage({ 'hop3.toml': '[build.nix]\nfile = "other.nix"\n' })
    expect(await (await stage.builder()).builder.accept()).toEqual({
      accepted: false,
      reason: '[build.nix] names other.nix, which is not there',
    })
    expect(await failure(stage)).toMatchObject({ code: 'build.nix-no-file', message: expect.stringMatching(/^hop3\.toml:2:1: /) })
  })
})
