// What starting hop3 costs beyond starting Node: --version, plan on small and large sources, discovery.
//
//   npm run build && node bench/start-up.mjs [rounds]
//
// Writes to a temporary directory only. Runs the built CLI with the Node that runs this script.
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { head, interleaved, median, ms, row } from './measure.mjs'

const rounds = Number(process.argv[2] ?? 41)
const repository = fileURLToPath(new URL('..', import.meta.url))
const bin = join(repository, 'packages/cli/dist/bin.js')
const directory = mkdtempSync(join(tmpdir(), 'hop3-bench-'))
const options = {
  cwd: directory,
  env: { PATH: process.env['PATH'], HOME: directory, HOP3_HOME: join(directory, 'home'), NODE_COMPILE_CACHE: join(directory, 'cache') },
}
const hop3 = (...words) => ({ argv: [process.execPath, bin, ...words], options })

try {
  const [small, configured, large] = ['small', 'configured', 'large'].map((name) => join(directory, name))
  cpSync(join(repository, 'examples/node-http'), small, { recursive: true })
  cpSync(join(repository, 'examples/flask'), configured, { recursive: true })
  cpSync(join(repository, 'examples/node-http'), large, { recursive: true })
  fill(large, 13_000)
  const seen = await interleaved(
    {
      node: { argv: [process.execPath, '-e', '0'], options },
      version: hop3('--version'),
      small: hop3('plan', small),
      configured: hop3('plan', configured),
      large: hop3('plan', large),
    },
    { rounds },
  )
  const over = (name) => seen[name].ms - seen.node.ms
  const figure = (name) =>
    `node + ${ms(over(name))} (lowest + ${ms(seen[name].low - seen.node.low)}, CPU + ${ms(seen[name].cpu - seen.node.cpu)}; node = ${ms(seen.node.ms)})`
  head(`start-up, medians of ${rounds} interleaved runs`)
  row('`hop3 --version`', 'node + 8 ms', figure('version'), over('version') <= 8)
  row('`plan`, small app', 'node + 30 ms', figure('small'), over('small') <= 30)
  row('`plan`, app with hop3.toml', 'node + 30 ms', figure('configured'), over('configured') <= 30)
  const ratio = seen.large.ms / seen.small.ms
  row('`plan`, 13 000 files', '1.1 × the small one', `${ratio.toFixed(2)} × (${ms(seen.large.ms)} to ${ms(seen.small.ms)})`, ratio <= 1.1)
  await inProcess({ small, configured })
} finally {
  rmSync(directory, { recursive: true, force: true })
}

/** 13 000 files as a source has them, and nothing a toolchain names. */
function fill(target, count) {
  for (let at = 0; at < count; at++) {
    const folder = join(target, `src/part-${at % 130}`)
    if (at < 130) mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, `file-${at}.js`), `export const value = ${at}\n`)
  }
}

/** Planning itself, modules loaded; and discovery, from the second call on, in a fresh directory each. */
async function inProcess(apps) {
  const load = (name) => import(join(repository, 'packages', name, 'dist/index.js'))
  const [{ createLog, findPlugins, systemClock }, { planApp, readAppConfig }, { default: plugin }] = await Promise.all(
    ['core', 'planner', 'toolchains'].map(load),
  )
  const log = createLog({ sink: () => {}, clock: systemClock })
  for (const [name, sourcePath] of Object.entries(apps)) {
    const times = await timed(50, async () => {
      const config = await readAppConfig({ sourcePath })
      await planApp({ appName: 'app', sourcePath, config, toolchains: plugin.toolchains, log })
    })
    row(`planning inside the process, ${name} app`, '2 ms', `${ms(median(times))} (first ${ms(times[0])})`, median(times) <= 2)
  }
  await everyExample(async (sourcePath) => {
    const config = await readAppConfig({ sourcePath })
    await planApp({ appName: 'app', sourcePath, config, toolchains: plugin.toolchains, log })
  })
  const root = join(directory, 'project')
  installPackages(root, 1000)
  const discovered = await timed(20, () => findPlugins({ roots: [root] }))
  const { candidates } = await findPlugins({ roots: [root] })
  if (candidates.length !== 10) throw new Error(`expected to discover 10 strategies, and found ${candidates.length}`)
  row(
    'discovery among 1 000 installed packages',
    '10 ms',
    `${ms(median(discovered))} (first ${ms(discovered[0])})`,
    median(discovered) <= 10,
  )
}

/** Those with providers of their own are left out: what a package or a program costs is theirs. */
async function everyExample(plan) {
  const examples = join(repository, 'examples')
  const medians = []
  for (const name of readdirSync(examples).filter((one) => !/provider|third-party/.test(one))) {
    const sourcePath = join(directory, 'examples', name)
    cpSync(join(examples, name), sourcePath, { recursive: true })
    medians.push({ name, time: median(await timed(50, () => plan(sourcePath))) })
  }
  const all = median(medians.map(({ time }) => time))
  const worst = medians.toSorted((one, other) => other.time - one.time)[0]
  const figure = `${ms(all)} median, ${ms(worst.time)} worst (${worst.name}) of ${medians.length}`
  row('planning inside the process, all examples', '2 ms median, 10 ms worst', figure, all <= 2 && worst.time <= 10)
}

async function timed(count, work) {
  const times = []
  for (let at = 0; at < count; at++) {
    const start = performance.now()
    await work()
    times.push(performance.now() - start)
  }
  return times
}

/** All installed, ten of them strategies; a hundred are declared by the project, which is what discovery goes by. */
function installPackages(root, count) {
  const names = Array.from({ length: count }, (_, at) => (at % 4 === 0 ? `@scope-${at % 20}/package-${at}` : `package-${at}`))
  for (const [at, name] of names.entries()) {
    const path = join(root, 'node_modules', name)
    mkdirSync(path, { recursive: true })
    const keywords = at % 10 === 0 && at < 100 ? ['hop3-toolchain'] : ['some', 'words']
    writeFileSync(
      join(path, 'package.json'),
      JSON.stringify({ name, version: '1.0.0', keywords, main: 'index.js', scripts: {}, padding: 'x'.repeat(1500) }),
    )
  }
  const declared = Object.fromEntries(names.slice(0, 100).map((name) => [name, '1.0.0']))
  writeFileSync(join(root, 'package.json'), JSON.stringify({ name: 'project', dependencies: declared }))
}
