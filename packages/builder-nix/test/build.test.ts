import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { emptyAppConfig } from '@hop3/core'
import { describe, expect, it } from 'vitest'
import { lacksNix, nixStage, shellDerivation } from './nix-stage.ts'

const app = (rest: string, script = 'mkdir -p $out/bin; echo x > $out/bin/server'): string =>
  `{ }: { package = ${shellDerivation('app', script, 'src = ./.;')}; ${rest} }\n`

/** Writes runtime.json of its own. */
const contract = (runtime: unknown): string => `mkdir -p $out/hop3; cat >$out/hop3/runtime.json <<'EOF'\n${JSON.stringify(runtime)}\nEOF\n`

describe.skipIf(lacksNix())('a build by Nix', { timeout: 60_000 }, () => {
  it('names the artifact after its store path, and says what it was made of', async () => {
    const stage = await nixStage({ 'hop3.nix': app('workers.web = "server";') })
    const artifact = await stage.build()
    expect(artifact).toMatchObject({
      kind: 'nix',
      builder: 'nix',
      runtime: { workers: { web: 'server' }, pathPrepend: [`${artifact.location}/bin`] },
    })
    expect(artifact.location).toBe(join(stage.env['NIX_STORE_DIR'] ?? '', `${artifact.buildId}-app`))
    expect(artifact.metadata).toMatchObject({ nix_file: 'hop3.nix', nix: { pure: true, sandbox: false } })
  })

  it('builds the same twice to the same id, the second time from the store', async () => {
    const stage = await nixStage({ 'hop3.nix': app('workers.web = "server";') })
    const [first, second] = [await stage.build(), await stage.build()]
    expect(second.buildId).toBe(first.buildId)
    expect([first, second].map(({ metadata }) => metadata['cache'])).toMatchObject([[{ outcome: 'miss' }], [{ outcome: 'hit' }]])
  })

  it('takes runtime.json of the package for the contract, fills its gaps, and says where both differ', async () => {
    const runtime = { workers: { web: 'from-package' }, env: { A: 'package' }, path: ['/somewhere/bin'] }
    const stage = await nixStage({
      'hop3.nix': app('workers = { web = "from-file"; worker = "more"; }; env = { A = "file"; B = 2; };', contract(runtime)),
    })
    const { runtime: made, metadata } = await stage.build()
    expect(made).toMatchObject({
      workers: { web: 'from-package', worker: 'more' },
      envVars: { A: 'package', B: '2' },
      pathPrepend: ['/somewhere/bin'],
    })
    expect(stage.texts()).toContain('workers.web: hop3/runtime.json of the package says "from-package", hop3.nix says "from-file".')
    expect(stage.texts()).toContain('env.A: ')
    expect(metadata['decisions']).toContainEqual({ key: 'processes.web', value: 'from-package', origin: 'hop3/runtime.json' })
  })

  it("lets the app's configuration win over both", async () => {
    const stage = await nixStage({
      'hop3.nix': app('workers = { web = "from-file"; };', contract({ workers: { worker: 'from-package' } })),
      Procfile: 'web: from-procfile\n',
      'hop3.toml': '[env]\nC = "toml"\n',
    })
    expect((await stage.build()).runtime).toMatchObject({
      workers: { web: 'from-procfile', worker: 'from-package' },
      envVars: { C: 'toml' },
    })
  })

  it('is a site where `static` is all there is, and not where there is more', async () => {
    const stage = await nixStage({ 'hop3.nix': app('workers.static = "site";') })
    const site = await stage.build()
    expect(site).toMatchObject({ kind: 'static', runtime: { workers: { static: `${site.location}/site` } } })
    stage.write({ 'hop3.nix': app('workers = { static = "site"; web = "server"; };') })
    expect(await stage.build()).toMatchObject({ kind: 'nix' })
  })

  it('reads another file where the configuration names one', async () => {
    const stage = await nixStage({ 'deploy.nix': app('workers.web = "server";'), 'hop3.toml': '[build.nix]\nfile = "deploy.nix"\n' })
    expect((await stage.build()).metadata).toMatchObject({ nix_file: 'deploy.nix' })
  })

  it('lets nothing secret or ignored into the store', async () => {
    const stage = await nixStage({
      'hop3.nix': app('workers.web = "server";', 'mkdir $out; cp -r $src $out/src'),
      '.env': 'SECRET=of the app',
      'config/.env.local': 'SECRET=of a developer',
      '.env.production': 'SECRET=of the app',
      '.env.example': 'SECRET=',
      '.envrc': 'export SECRET=1',
      'more/.env/db': 'SECRET',
      '.gitignore': 'ignored\n',
      ignored: 'not for anybody',
      '.git/config': 'url = https://user:token@example.org',
    })
    const { location } = await stage.build()
    expect(readdirSync(join(location, 'src')).toSorted()).toEqual(['.env.example', '.gitignore', 'config', 'hop3.nix', 'more'])
    for (const name of ['config', 'more']) expect(readdirSync(join(location, 'src', name))).toEqual([])
    expect(stage.texts()).toContain(
      '.env, .env.production, .envrc, config/.env.local, more/.env left out: the Nix store is readable by everybody',
    )
  })

  it('keeps from the garbage collector what only a command or a variable mentions, until the release is pruned', async () => {
    const tool = shellDerivation('tool', 'mkdir $out; echo tool > $out/tool')
    const stage = await nixStage({
      'hop3.nix': `let tool = ${tool}; in { package = ${shellDerivation('app', 'mkdir $out')}; workers.web = "cat \${tool}/tool"; env.DATA = "\${./data.txt}"; }`,
      'data.txt': 'data',
    })
    const { builder, context } = await stage.builder()
    const { location, runtime } = await builder.build()
    const mentioned = [location, (runtime.workers['web'] ?? '').slice('cat '.length), runtime.envVars['DATA'] ?? '']
    stage.nix('nix-collect-garbage')
    expect(mentioned.map((path) => existsSync(path))).toEqual([true, true, true])
    expect(readFileSync(mentioned[2] ?? '', 'utf8')).toBe('data')
    rmSync(context.release.path, { recursive: true })
    stage.nix('nix-collect-garbage')
    expect(mentioned.map((path) => existsSync(path))).toEqual([false, false, false])
  })

  it('keeps what only the configuration of the app names', async () => {
    const stage = await nixStage({ 'hop3.nix': app('workers.web = "server";') })
    const tool = stage.nix('nix-store', '--add', join(stage.source, 'hop3.nix')).trim()
    stage.write({ Procfile: `worker: cat '${tool}' "$HOME"\n` })
    await stage.build()
    stage.nix('nix-collect-garbage')
    expect(existsSync(tool)).toBe(true)
  })

  it('is of a directory, in which workers start', async () => {
    const stage = await nixStage({ 'hop3.nix': app('workers.web = "server";', 'echo > $out') })
    await expect(stage.build()).rejects.toMatchObject({ code: 'build.nix-attribute', message: expect.stringContaining('not a directory') })
  })

  it('masks passwords of addresses wherever it says what a builder printed', async () => {
    const script = 'echo getting https://kim:secret123@example.com/x; exit 1'
    const stage = await nixStage({ 'hop3.nix': app('workers.web = "server";', script) })
    const { builder, context } = await stage.builder()
    const thrown = await builder.build().then(String, String)
    const log = readFileSync(join(context.release.path, 'build.log'), 'utf8')
    for (const text of [thrown, log, stage.texts()]) {
      expect(text).toContain('@example.com/x')
      expect(text).not.toContain('secret123')
    }
  })

  it('shows what is built while it is built, and keeps it in build.log', async () => {
    const stage = await nixStage({ 'hop3.nix': app('workers.web = "x";', 'echo one; echo two >&2; mkdir $out') })
    const { builder, context } = await stage.builder()
    await builder.build()
    const built = stage.host.events.filter(({ phase }) => phase === 'app')
    expect(built.map(({ text, data }) => [text, data?.['kind']])).toEqual([
      ['app', 'begin'],
      ['one', 'output'],
      ['two', 'output'],
      ['app', 'end'],
    ])
    const log = readFileSync(join(context.release.path, 'build.log'), 'utf8')
    expect(log).toMatch(/^building .*-app\.drv$/m)
    expect(log).toMatch(/^app> two$/m)
  })

  it.skipIf(!existsSync('/bin/busybox') && process.env['HOP3_REQUIRE'] !== 'all')(
    'is done in a sandbox where that is required, and says so',
    async () => {
      // The sandbox has nothing of the host: a static shell is put where Debian's Nix has none.
      const stage = await nixStage(
        {
          'hop3.nix': app('workers.web = "x";', 'test ! -e /etc/shells; seen=$?; mkdir $out; echo $seen > $out/seen'),
          'hop3.toml': '[build.nix]\nsandbox = "require"\n',
        },
        'sandbox-paths = /bin/sh=/bin/busybox\n',
      )
      const { location, metadata } = await stage.build()
      expect(metadata).toMatchObject({ nix: { sandbox: true } })
      expect(readFileSync(join(location, 'seen'), 'utf8'), 'the host cannot be seen').toBe('0\n')
      expect(stage.texts()).not.toContain('without a sandbox')
    },
  )

  it('is named in the fingerprint by what can change it', async () => {
    const stage = await nixStage({ 'hop3.nix': app('workers.web = "x";') })
    const fingerprint = async (): Promise<string | undefined> => (await stage.builder()).builder.fingerprint?.()
    const first = await fingerprint()
    writeFileSync(join(stage.source, '.env'), 'A=1')
    expect(await fingerprint()).toBe(first)
    writeFileSync(join(stage.source, 'more.txt'), '1')
    expect(await fingerprint()).not.toBe(first)
  })

  it('has no fingerprint where the evaluation may read anything', async () => {
    const config = { ...emptyAppConfig, build: { ...emptyAppConfig.build, options: { nix: { pure: false } } } }
    const stage = await nixStage({
      'hop3.nix': '{ package = import ./package.nix; workers.web = builtins.getEnv "HOME"; }',
      'package.nix': shellDerivation('app', 'mkdir $out'),
    })
    const { builder } = await stage.builder({ config })
    expect(Object.keys(builder)).not.toContain('fingerprint')
    expect(await builder.build()).toMatchObject({ runtime: { workers: { web: stage.env['HOME'] } }, metadata: { nix: { pure: false } } })
    expect(stage.texts()).toContain('evaluated impurely')
  })

  it("builds the ADR's example as it stands there", async () => {
    const adr = readFileSync(join(import.meta.dirname, 'adr-006.nix'), 'utf8')
    const stage = await nixStage({ 'hop3.nix': adr, 'app.py': 'from flask import Flask\napp = Flask(__name__)\n' })
    stage.write({ 'hop3.toml': `[build]\nmethod = "nix"\n\n[build.nix]\nfile = "hop3.nix"\npure = true\nnixpkgs = "${stage.pin()}"\n` })
    const { runtime } = await stage.build()
    expect(runtime).toMatchObject({ workers: { web: 'gunicorn app:app --bind unix:$HOP3_SOCKET' }, envVars: { FLASK_ENV: 'production' } })
    expect(runtime.pathPrepend.map((path) => existsSync(join(path, 'gunicorn')))).toContain(true)
    expect(runtime.envVars['PYTHONPATH']).toMatch(/-myapp-1\.0\.0\/lib.*-flask\/lib/)
  })
})
