// What building by Nix costs beside Nix itself: evaluation beside `nix-instantiate --eval`, builds beside `nix-build`, and a deploy with nothing to do.
//
//   npm run build && node --conditions=@hop3/source bench/nix.mjs [rounds] [builds | unchanged]
//
// Takes nix-bin. Everything is in a temporary directory with a store of its own, and is ended.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { head, interleaved, ms, row } from './measure.mjs'

const sources = (path) => import(new URL(`../packages/${path}`, import.meta.url).href)
const [{ createRun, silentLog, systemClock }, { readAppConfig }] = [
  await sources('core/src/index.ts'),
  await sources('planner/src/index.ts'),
]
const { nixBuilder } = await sources('builder-nix/src/index.ts')
const { acceptApp } = await sources('builder-nix/src/accept.ts')
const { createSession } = await sources('builder-nix/src/session.ts')
const { evaluate } = await sources('builder-nix/src/evaluate.ts')

const rounds = Number(process.argv[2] ?? 11)
const repository = fileURLToPath(new URL('..', import.meta.url))
const directory = mkdtempSync(join(tmpdir(), 'hop3-bench-'))
const at = (name) => join(directory, name)
const source = at('app')
const nixpkgs = at('nixpkgs')
const env = {
  PATH: process.env['PATH'],
  HOME: directory,
  ...Object.fromEntries(
    ['STORE', 'STATE', 'LOG', 'LOCALSTATE', 'CONF', 'DATA'].map((name) => [`NIX_${name}_DIR`, at(`nix/${name.toLowerCase()}`)]),
  ),
}
const raw = (program, ...args) => ({ argv: [program, ...args], options: { env: { ...env, NIX_PATH: `nixpkgs=${nixpkgs}` }, cwd: source } })
let releases = 0

try {
  prepare()
  head(`Nix, medians of ${rounds} interleaved runs`)
  if (process.argv[3] !== 'unchanged') {
    await evaluation()
    await warm()
    await cold()
  }
  if (process.argv[3] !== 'builds') await nothingToDo()
} finally {
  spawnSync(process.execPath, [join(repository, 'packages/cli/dist/bin.js'), 'stop', '--all'], { env: { ...env, HOP3_HOME: at('home') } })
  rmSync(directory, { recursive: true, force: true })
}

/** The example of ADR 006 with a salt, so that a build can be made a new one. */
function prepare() {
  mkdirSync(at('nix/conf'), { recursive: true })
  mkdirSync(source)
  writeFileSync(at('nix/conf/nix.conf'), 'build-users-group =\nsandbox = false\nsubstitute = false\n')
  cpSync(join(repository, 'packages/builder-nix/test/nixpkgs'), nixpkgs, { recursive: true })
  mkdirSync(at('home/tools'), { recursive: true })
  writeFileSync(at('home/tools/nixpkgs.json'), JSON.stringify({ path: nixpkgs }))
  cpSync(join(repository, 'packages/builder-nix/test/adr-006.nix'), join(source, 'hop3.nix'))
  writeFileSync(join(source, 'hop3.toml'), `[build.nix]\nnixpkgs = "${nixpkgs}"\n`)
  writeFileSync(
    join(source, 'app.py'),
    "from flask import Flask\napp = Flask(__name__)\n@app.route('/')\ndef index():\n    return 'hello'\n",
  )
}

async function context() {
  const id = `r${String(++releases).padStart(6, '0')}-0a0a0a0a`
  const release = { id, path: at(`home/apps/app/releases/${id}`), buildId: '0a0a0a0a' }
  mkdirSync(release.path, { recursive: true })
  const config = await readAppConfig({ sourcePath: source })
  const signal = new AbortController().signal
  const rest = { log: silentLog, run: createRun(), signal, clock: systemClock, toolchains: [], secret: () => undefined }
  return { appName: 'app', sourcePath: source, config, release, cachePath: at('home/cache'), toolsPath: at('home/tools'), env, ...rest }
}

async function timed(work) {
  const begin = performance.now()
  await work()
  return performance.now() - begin
}

async function evaluation() {
  const given = await context()
  const seen = await interleaved(
    {
      nix: raw('nix-instantiate', '--eval', '--strict', '-A', 'package.drvPath', 'hop3.nix'),
      hop3: () =>
        timed(async () => {
          const session = await createSession(given)
          acceptApp(session)
          await evaluate(session, source)
        }),
    },
    { rounds },
  )
  const times = seen.hop3.ms / seen.nix.ms
  row(
    'accept and evaluate',
    '1.3 × `nix-instantiate --eval`',
    `${times.toFixed(2)} × (${ms(seen.hop3.ms)} to ${ms(seen.nix.ms)})`,
    times <= 1.3,
  )
}

async function warm() {
  const seen = await interleaved({ nix: raw('nix-build', '--no-out-link', '-A', 'package', 'hop3.nix'), hop3: build }, { rounds })
  const more = seen.hop3.ms - seen.nix.ms
  row('a build of what the store has', '`nix-build` + 150 ms', `+ ${ms(more)} (${ms(seen.hop3.ms)} to ${ms(seen.nix.ms)})`, more <= 150)
}

/** A build of five seconds, anew each time. */
async function cold() {
  const slow = (salt) => {
    const builder = `builder = "/bin/sh"; PATH = "/usr/bin:/bin"; args = [ "-c" "sleep 5; mkdir $out; exit 0" ];`
    writeFileSync(
      join(source, 'hop3.nix'),
      `{ package = derivation { name = "slow"; system = builtins.currentSystem; salt = "${salt}"; ${builder} }; workers.web = "x"; }`,
    )
  }
  const salted = (who, work) => (round) => {
    slow(`${who}${round}`)
    return timed(work)
  }
  const nix = salted('nix', async () => {
    const { argv, options } = raw('nix-build', '--no-out-link', '-A', 'package', 'hop3.nix')
    spawnSync(argv[0], argv.slice(1), options)
  })
  const seen = await interleaved({ nix, hop3: salted('hop3', async () => build()) }, { rounds: 3 })
  const times = seen.hop3.ms / seen.nix.ms
  row('a build of five seconds', '1.05 × `nix-build`', `${times.toFixed(3)} × (${ms(seen.hop3.ms)} to ${ms(seen.nix.ms)})`, times <= 1.05)
  cpSync(join(repository, 'packages/builder-nix/test/adr-006.nix'), join(source, 'hop3.nix'))
}

async function build() {
  const given = await context()
  return timed(() => nixBuilder.create(given).build())
}

async function nothingToDo() {
  const home = { ...env, HOP3_HOME: at('home'), HOP3_LISTEN: `127.0.0.1:${await freePort()}`, NODE_COMPILE_CACHE: at('compiled') }
  const deploy = { argv: [process.execPath, join(repository, 'packages/cli/dist/bin.js'), 'deploy', source], options: { env: home } }
  const first = spawnSync(deploy.argv[0], deploy.argv.slice(1), { env: home, encoding: 'utf8' })
  if (first.status !== 0) throw new Error(first.stderr)
  // Without the programs of Nix: none is needed.
  const without = { ...deploy, options: { env: { ...home, PATH: '/nonexistent' } } }
  const seen = await interleaved({ node: { argv: [process.execPath, '-e', '0'] }, hop3: without }, { rounds })
  const more = seen.hop3.ms - seen.node.ms
  const least = seen.hop3.low - seen.node.low
  const cpu = seen.hop3.cpu - seen.node.cpu
  row(
    'nothing changed',
    'node + 250 ms, no Nix',
    `node + ${ms(more)}, at least ${ms(least)}, ${ms(cpu)} of a processor; no Nix on PATH`,
    more <= 250,
  )
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}
