// Deploying again: nothing changed, only the source changed, rollback; and what stays resident. About two minutes.
//
//   npm run build && node bench/deploy.mjs [rounds]
//
// Everything runs in a temporary home and is ended. Needs python3; strace for the row that proves that no tool is started.
import { spawn, spawnSync } from 'node:child_process'
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, get } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { head, interleaved, median, ms, resident, residentMegabytes, row, timeProcess } from './measure.mjs'

const rounds = Number(process.argv[2] ?? 9)
const repository = fileURLToPath(new URL('..', import.meta.url))
const bin = join(repository, 'packages/cli/dist/bin.js')
const directory = mkdtempSync(join(tmpdir(), 'hop3-bench-'))
const home = join(directory, 'home')
const env = {
  ...process.env,
  HOME: directory,
  HOP3_HOME: home,
  HOP3_LISTEN: `127.0.0.1:${await freePort()}`,
  NODE_COMPILE_CACHE: join(directory, 'compiled'),
}
const fresh = new Agent({ keepAlive: false })

/** `version` writes the given text into the answer; `alone` starts the app as the worker does, without Hop3, until it answers. */
const flask = {
  example: 'flask',
  file: 'app.py',
  version: (text, marker) => text.replace('Hello from Flask', marker),
  alone: aloneFlask,
  bound: { deploy: 1500, rollback: 1000 },
}
const apps = {
  flask: { ...flask, without: /^worker = .*\n/m },
  // A worker without an address has to stay alive for a while before the new release may take over.
  'flask-worker': { ...flask },
  'node-http': {
    file: 'server.js',
    version: (text, marker) => text.replaceAll('Hello', marker),
    alone: aloneNode,
    bound: { deploy: 1500, rollback: 1000 },
  },
  'static-site': {
    file: 'index.html',
    version: (text, marker) => text.replaceAll('A static site', marker),
    alone: async () => 0,
    bound: { deploy: 300, rollback: 200 },
  },
}

try {
  for (const [name, app] of Object.entries(apps)) {
    app.source = join(directory, name)
    app.times = { deploy: [], rollback: [], alone: [] }
    cpSync(join(repository, 'examples', app.example ?? name), app.source, { recursive: true })
    if (app.example !== undefined) configure(name, app)
    app.text = readFileSync(join(app.source, app.file), 'utf8')
    app.port = JSON.parse(hop3('deploy', app.source, '--json').trim().split('\n').at(-1)).port
  }
  head(`deploying again, medians of ${rounds} interleaved runs`)
  await unchanged()
  for (let round = 0; round <= rounds; round++) for (const [name, app] of Object.entries(apps)) await change(name, app, round)
  for (const [name, { times, bound }] of Object.entries(apps)) {
    const alone = median(times.alone)
    const over = median(times.deploy) - alone
    row(
      `\`${name}\`: source changed → new version answers`,
      `${bound.deploy / 1000} s + the app's own start`,
      `${ms(over)} + ${ms(alone)} own start (lowest ${ms(Math.min(...times.deploy) - alone)})`,
      over <= bound.deploy,
    )
    const back = median(times.rollback)
    row(
      `\`${name}\`: rollback → old version answers`,
      `${bound.rollback / 1000} s`,
      `${ms(back)} (lowest ${ms(Math.min(...times.rollback))})`,
      back <= bound.rollback,
    )
  }
  residents()
} finally {
  for (const name of Object.keys(apps)) spawnSync(process.execPath, [bin, 'destroy', name, '--yes'], { env })
  spawnSync(process.execPath, [bin, 'stop', '--all'], { env })
  rmSync(directory, { recursive: true, force: true })
}

function configure(name, { source, without = /$^/ }) {
  const path = join(source, 'hop3.toml')
  writeFileSync(
    path,
    readFileSync(path, 'utf8')
      .replace(/^id = .*$/m, `id = "${name}"`)
      .replace(without, ''),
  )
}

function hop3(...words) {
  const { stdout, stderr, status } = spawnSync(process.execPath, [bin, ...words], { env, encoding: 'utf8' })
  if (status !== 0) throw new Error(`hop3 ${words.join(' ')} ended with ${status}: ${stderr}`)
  return stdout
}

async function unchanged() {
  const variants = Object.entries(apps).map(([name, { source }]) => [
    name,
    { argv: [process.execPath, bin, 'deploy', source], options: { env } },
  ])
  const seen = await interleaved({ node: { argv: [process.execPath, '-e', '0'] }, ...Object.fromEntries(variants) }, { rounds: rounds * 2 })
  for (const [name, { source }] of Object.entries(apps)) {
    const over = seen[name].ms - seen.node.ms
    const started = programsStarted(source)
    row(
      `\`${name}\`: nothing changed`,
      'node + 200 ms, no tool started',
      `node + ${ms(over)} (lowest + ${ms(seen[name].low - seen.node.low)}); ${started === undefined ? 'strace is not here' : `${started} programs started`}`,
      over <= 200 && !started,
    )
  }
}

/** Programs that a deploy with nothing to do executes besides itself. */
function programsStarted(source) {
  const trace = join(directory, 'trace')
  const argv = ['-f', '--seccomp-bpf', '-e', 'trace=execve,execveat', '-o', trace, process.execPath, bin, 'deploy', source]
  if (spawnSync('strace', argv, { env }).status !== 0) return undefined
  return (
    readFileSync(trace, 'utf8')
      .split('\n')
      .filter((line) => /execve(at)?\(.*= 0$/.test(line)).length - 1
  )
}

/** One new version, and back to the one before. Round 0 warms. */
async function change(name, app, round) {
  const [before, after] = [`version ${round}-old`, `version ${round}-new`]
  write(app, before)
  hop3('deploy', app.source)
  write(app, after)
  const deployed = await untilAnswer(app.port, after, ['deploy', app.source])
  const back = await untilAnswer(app.port, before, ['rollback', '--app', name])
  const alone = await app.alone(app)
  if (round === 0) return
  app.times.deploy.push(deployed)
  app.times.rollback.push(back)
  app.times.alone.push(alone)
}

function write({ source, file, text, version }, marker) {
  const changed = version(text, marker)
  if (!changed.includes(marker)) throw new Error(`${file} of the example has no text to replace any more`)
  writeFileSync(join(source, file), changed)
}

/** From starting hop3 to the first answer that has the marker. */
async function untilAnswer(port, marker, words) {
  const start = performance.now()
  const child = spawn(process.execPath, [bin, ...words], { env, stdio: 'ignore' })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  await answering(port, marker)
  const time = performance.now() - start
  const code = await ended
  if (code !== 0) throw new Error(`hop3 ${words.join(' ')} ended with ${code}`)
  return time
}

async function answering(port, marker = '', path = '/') {
  const end = performance.now() + 30_000
  while (performance.now() < end) {
    const text = await request(port, path).catch(() => undefined)
    if (text?.includes(marker)) return
    await sleep(2)
  }
  throw new Error(`port ${port} never answered with ${marker}`)
}

function request(port, path) {
  return new Promise((resolve, reject) => {
    const asked = get({ host: '127.0.0.1', port, path, agent: fresh, timeout: 5000 }, (response) => {
      let text = ''
      response
        .setEncoding('utf8')
        .on('data', (part) => (text += part))
        .on('end', () => resolve(text))
    })
    asked.on('error', reject)
  })
}

async function aloneNode({ source }) {
  const port = await freePort()
  return aloneUntilAnswer(port, process.execPath, ['server.js'], {
    cwd: source,
    env: { ...env, PORT: String(port), BIND_ADDRESS: '127.0.0.1' },
  })
}

/** What comes before it in every release, then the very uWSGI with the plugin and the virtual environment of the running instance. */
async function aloneFlask() {
  const [config] = globSync(join(home, 'uwsgi/instances/flask@wsgi@1@*/config.ini'))
  const text = readFileSync(config, 'utf8')
  const setting = (name) => new RegExp(`^${name} = (.*)$`, 'm').exec(text)?.[1]
  const virtualenv = setting('virtualenv')
  const source = join(virtualenv, '..')
  const data = join(directory, 'data')
  mkdirSync(data, { recursive: true })
  const own = { ...env, HOP3_DATA: data }
  const before = timeProcess({ argv: [join(virtualenv, 'bin/python'), 'migrate.py'], options: { cwd: source, env: own } })
  const port = await freePort()
  const plugins = setting('plugins') === undefined ? [] : ['--plugins', setting('plugins')]
  const argv = [
    ...plugins,
    '--master',
    '--lazy-apps',
    '--need-app',
    '--die-on-term',
    '--enable-threads',
    '--single-interpreter',
    '--virtualenv',
    virtualenv,
    '--module',
    setting('module'),
    '--http-socket',
    `127.0.0.1:${port}`,
  ]
  const emperor = readFileSync(join(home, 'uwsgi/emperor.pid'), 'utf8').trim()
  return before + (await aloneUntilAnswer(port, `/proc/${emperor}/exe`, argv, { cwd: source, env: own }))
}

async function aloneUntilAnswer(port, program, argv, options) {
  const start = performance.now()
  const child = spawn(program, argv, { ...options, stdio: 'ignore' })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  try {
    await answering(port)
    return performance.now() - start
  } finally {
    child.kill('SIGTERM')
    await ended
  }
}

/** Everything whose command line or environment names this home, but the apps' workers and their masters. */
function residents() {
  const own = globSync('/proc/[0-9]*').flatMap((path) => {
    try {
      const words = readFileSync(`${path}/cmdline`, 'utf8').split('\0')
      const isOurs = readFileSync(`${path}/environ`, 'utf8').includes(home) || words.some((word) => word.includes(home))
      const kind = words.includes('--emperor')
        ? 'Emperor'
        : words.some((word) => word.endsWith('server.js') && word.includes('proxy'))
          ? 'proxy'
          : undefined
      if (!isOurs && !readlinkSync(`${path}/cwd`).startsWith(home)) return []
      return [{ kind, words: words.join(' '), pid: Number(path.slice('/proc/'.length)) }]
    } catch {
      return [] // It has ended, or is not ours to read.
    }
  })
  for (const [kind, bound] of [
    ['proxy', 60],
    ['Emperor', 12],
  ]) {
    const found = own.filter((one) => one.kind === kind)
    if (found.length !== 1) throw new Error(`expected one ${kind}, and found ${found.length}`)
    row(
      `resident: the ${kind}`,
      `${bound} MB`,
      `${resident(found[0].pid)}, after ${rounds} rounds of deploys`,
      residentMegabytes(found[0].pid).total <= bound,
    )
  }
  const others = own.filter(
    ({ kind, words }) =>
      kind === undefined && /hop3|bin\.js/.test(words.replaceAll(home, '')) && !/uwsgi|server\.js|worker\.py/.test(words),
  )
  row(
    'resident: anything else of ours',
    'nothing',
    others.length === 0 ? 'nothing' : others.map(({ words }) => words).join('; '),
    others.length === 0,
  )
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}
