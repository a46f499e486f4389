// A cold native build beside the same commands by hand: Flask by pip, FastAPI by uv, Vite by npm; and one Flask app by uv beside pip. A few minutes.
//
//   npm run build && node bench/build.mjs [rounds]
//
// Cold: Hop3's cache and the package managers' download caches are emptied before every run, for both. By hand means: copy the source, run
// the plan's commands with /bin/sh, with the plan's variables and the caches in the same kind of place. The rows "downloads at hand" keep the
// download caches, for both: they show what Hop3 adds when nothing waits for a network. Needs python3, uv and npm, and a registry.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
/* oxlint-disable no-restricted-imports -- no part of the program's interface, and exactly what has to be equal */
import { toolEnv } from '../packages/cli/src/tool-env.ts'
/* oxlint-enable no-restricted-imports */
import { head, interleaved, ms, row, timeProcess } from './measure.mjs'

const rounds = Number(process.argv[2] ?? 7)
const repository = fileURLToPath(new URL('..', import.meta.url))
const bin = join(repository, 'packages/cli/dist/bin.js')
const directory = mkdtempSync(join(tmpdir(), 'hop3-bench-'))
const home = join(directory, 'home')
// What Hop3 gives its builds: PYTHONDONTWRITEBYTECODE and the like of the caller's would make one of the two do less.
const env = { ...toolEnv(process.env), HOME: directory, HOP3_HOME: home }
const downloads = join(directory, 'downloads')
const caches = { PIP_CACHE_DIR: join(downloads, 'pip'), UV_CACHE_DIR: join(downloads, 'uv'), npm_config_cache: join(downloads, 'npm') }

try {
  head(`cold builds, medians of ${rounds} interleaved runs`)
  for (const [name, title] of [
    ['flask', 'Flask by pip'],
    ['fastapi', 'FastAPI by uv'],
    ['vite-spa', 'Vite by npm'],
  ]) {
    const source = copyOf(name)
    const plan = planOf(source)
    for (const isCold of [true, false]) {
      const seen = await interleaved({ hand: () => byHand(name, source, plan, isCold), hop3: () => byHop3(source, isCold) }, { rounds })
      const ratio = seen.hop3.ms / seen.hand.ms
      const lowest = seen.hop3.low / seen.hand.low
      row(
        `cold build, ${title}${isCold ? '' : ', downloads at hand'}`,
        isCold ? '1.05 × the same commands by hand' : '',
        `${ratio.toFixed(3)} × (${ms(seen.hop3.ms)} to ${ms(seen.hand.ms)}; lowest ${lowest.toFixed(3)} ×; CPU ${(seen.hop3.cpu / seen.hand.cpu).toFixed(3)} ×)`,
        isCold ? ratio <= 1.05 : undefined,
      )
    }
  }
  // The same seven packages of the same versions; each build is cold, as above.
  const flask = Object.fromEntries(['python-pip', 'python-uv'].map((name) => [name, copyOf(name)]))
  const seen = await interleaved({ pip: () => byHop3(flask['python-pip'], true), uv: () => byHop3(flask['python-uv'], true) }, { rounds })
  const ratio = seen.uv.ms / seen.pip.ms
  row(
    'cold build of one Flask app, by uv',
    '0.3 × by pip',
    `${ratio.toFixed(3)} × (${ms(seen.uv.ms)} to ${ms(seen.pip.ms)}; lowest ${(seen.uv.low / seen.pip.low).toFixed(3)} ×, ${ms(seen.uv.low)} to ${ms(seen.pip.low)}; CPU ${(seen.uv.cpu / seen.pip.cpu).toFixed(3)} ×)`,
    ratio <= 0.3,
  )
} finally {
  rmSync(directory, { recursive: true, force: true })
}

function copyOf(name) {
  const source = join(directory, name)
  cpSync(join(repository, 'examples', name), source, { recursive: true, filter: (path) => !/node_modules|\.venv|dist$/.test(path) })
  return source
}

function planOf(source) {
  const { stdout, status } = spawnSync(process.execPath, [bin, 'plan', source, '--format', 'json'], { env, encoding: 'utf8' })
  if (status !== 0) throw new Error(`no plan for ${source}`)
  return JSON.parse(stdout)
}

function byHop3(source, isCold) {
  rmSync(join(home, isCold ? 'cache' : 'cache/phases'), { recursive: true, force: true })
  return timeProcess({ argv: [process.execPath, bin, 'build', source, '--output', join(directory, 'artifact.json')], options: { env } })
}

function byHand(name, source, plan, isCold) {
  const target = join(directory, `${name}-by-hand`)
  rmSync(target, { recursive: true, force: true })
  if (isCold) rmSync(downloads, { recursive: true, force: true })
  const start = performance.now()
  cpSync(source, target, { recursive: true })
  const paths = []
  for (const phase of ordered(plan.phases)) {
    paths.unshift(...(phase.paths ?? []).map((path) => join(target, path)))
    for (const command of phase.cmds) {
      const PATH = [...paths, process.env['PATH']].join(':')
      timeProcess({
        argv: ['/bin/sh', '-e', '-c', command],
        options: { cwd: target, env: { ...env, ...caches, ...plan.variables, ...phase.variables, PATH } },
      })
    }
  }
  return performance.now() - start
}

function ordered(phases) {
  const done = new Map()
  const visit = (name) => {
    if (done.has(name)) return
    for (const before of phases[name].dependsOn) visit(before)
    done.set(name, phases[name])
  }
  for (const name of Object.keys(phases)) visit(name)
  return [...done.values()]
}
