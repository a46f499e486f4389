// Updates under load: of what a steady client asks while an app is deployed twenty times, rolled back, scaled, loses a worker and has its proxy
// told anew, how much fails. Behind each proxy; native apps, and images on Compose 2, on Compose 1.29 and on a swarm.
//
//   npm run build && node bench/updates.mjs [native|compose|compose-1.29|swarm|all] [updates] [requests per second] [proxy]
//
// Needs nginx, caddy and uwsgi on PATH, and for images an engine, Compose and Go; for a swarm it starts an engine of its own, which takes root.
// A tenth of the requests come on connections that are idle between them. Everything it starts it ends, and it writes to a temporary directory
// only.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { versionedApps } from '../system-tests/src/apps.ts'
import { writeImageApp } from '../system-tests/src/image-app.ts'
import { startSteadyClient } from '../system-tests/src/steady-client.ts'
import { head, row } from './measure.mjs'
import { besideSwarm } from './own-swarm.mjs'

const what = process.argv[2] ?? 'all'
const updates = Number(process.argv[3] ?? 20)
const requestsPerSecond = Number(process.argv[4] ?? 500)
const bin = fileURLToPath(new URL('../packages/cli/dist/bin.js', import.meta.url))
const attached = versionedApps.find(({ name }) => name === 'attached')
const kinds = [
  { name: 'native', write: (source, version) => attached.write(source, version) },
  { name: 'compose', write: writeImageApp },
  // Found only where there is no other.
  { name: 'compose-1.29', write: writeImageApp, path: '/opt/compose-1.29/bin' },
  { name: 'swarm', write: writeSwarmApp },
].filter(({ name }) => what === 'all' || what === name)
const proxies = process.argv[5] === undefined ? ['embedded', 'nginx', 'caddy'] : [process.argv[5]]

for (const kind of kinds) {
  if (kind.name === 'swarm' && (await besideSwarm(['swarm', updates, requestsPerSecond, ...process.argv.slice(5)]))) continue
  head(`${updates} updates at ${requestsPerSecond} requests/s, ${kind.name}`)
  for (const proxy of proxies) await measure(kind, proxy)
}

async function measure({ name, write, path = process.env.PATH }, proxy) {
  const directory = mkdtempSync(join(tmpdir(), 'hop3-bench-'))
  const source = join(directory, 'app')
  const { DOCKER_HOST } = process.env
  const places = { HOME: directory, HOP3_HOME: join(directory, 'home'), ...(DOCKER_HOST === undefined ? {} : { DOCKER_HOST }) }
  const env = { PATH: path, HOP3_PROXY: proxy, ...places }
  const hop3 = commandIn({ ...env, HOP3_LISTEN: `127.0.0.1:${await freePort()}` })
  const deploy = async (version, more = {}) => {
    await write(source, version)
    return hop3(['deploy', source, '--app', 'app', '--json'], more)
  }
  try {
    const { port } = await deploy('v0')
    const paths = { quick: '/', slow: '/slow', upload: '/upload' }
    const client = startSteadyClient({ port, requestsPerSecond, idleConnections: 40, paths, isRight: (answer) => /^v\d+$/.test(answer) })
    const began = performance.now()
    const part = async (title, work, isExcused = () => false) => {
      client.during(title)
      const before = client.requests()
      await work()
      // Answers that take a second are waited for under the same title.
      await sleep(1_200)
      tell(`${name} behind ${proxy}: ${title}`, client.requests() - before, ofPart(client.failures, title), isExcused)
    }
    await part(`${updates} updates`, async () => {
      for (let version = 1; version <= updates; version++) await deploy(`v${version}`)
    })
    await part('4 rollbacks', async () => {
      for (let turn = 0; turn < 4; turn++) await hop3(['rollback', 'app', '--json'])
    })
    await part('scaled to 3, 1, 2', async () => {
      for (const count of [3, 1, 2]) await hop3(['scale', 'app', '--to', `web=${count}`, '--json'])
    })
    await part('proxy restarted or reloaded', () => deploy('v0', { HOP3_ACCESS_LOG: '1' }))
    await part(
      '1 of 2 instances killed',
      async () => {
        const { workers } = await hop3(['ps', '--json'])
        const victim = workers.find(({ pid }) => typeof pid === 'number')
        process.kill(victim.pid, 'SIGKILL')
        await sleep(4_000)
      },
      // What the dead instance was doing is lost where a request changes something: it is not made twice.
      ({ path, saw }) => path === '/upload' && saw.startsWith('502'),
    )
    const rate = Math.round(client.requests() / ((performance.now() - began) / 1000))
    const shown = client.failures.length
    const late = (await client.stop()).slice(shown)
    if (late.length > 0) tell(`${name} behind ${proxy}: after the last of them`, late.length, late)
    row(`${name} behind ${proxy}: requests per second that were reached`, String(requestsPerSecond), String(rate))
    console.error(`load ${loadavg()[0].toFixed(1)}`)
  } finally {
    await hop3(['destroy', 'app', '--yes', '--json']).catch((error) => console.error(String(error)))
    await hop3(['stop', '--all']).catch(() => {})
    rmSync(directory, { recursive: true, force: true })
  }
}

function ofPart(failures, title) {
  return failures.filter(({ during }) => during === title)
}

/** Said as soon as it is known: the next part may not come to its end. Each kind of failure is told with how long those requests took. */
function tell(what, asked, own, isExcused = () => false) {
  const failed = own.filter((one) => !isExcused(one))
  const excused = own.length - failed.length
  const also = excused === 0 ? '' : `; ${excused} uploads the dead instance had`
  row(what, '0 failed', `${failed.length} failed of ${asked}${also}`, failed.length === 0)
  for (const [kind, those] of Map.groupBy(failed, ({ path, connection, saw }) => `${path} ${connection} ${saw.slice(0, 80)}`)) {
    const times = those.map(({ at, sentAt }) => at - sentAt)
    console.error(`  ${those.length} × ${kind}, after ${Math.min(...times)} to ${Math.max(...times)} ms, the first at ${those[0].at} ms`)
  }
}

async function writeSwarmApp(source, version) {
  await writeImageApp(source, version)
  writeFileSync(join(source, 'hop3.toml'), '[deploy]\ntarget = "swarm"\nstop-timeout = 5\n[deploy.scale]\nweb = 2\n')
}

/** Runs `hop3` and resolves to what it says last. */
function commandIn(env) {
  return (words, more = {}) =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [bin, ...words], { env: { ...env, ...more }, stdio: ['ignore', 'pipe', 'pipe'] })
      const seen = { stdout: '', stderr: '' }
      for (const name of ['stdout', 'stderr']) child[name].setEncoding('utf8').on('data', (text) => (seen[name] += text))
      child.once('close', (code) => {
        if (code !== 0) reject(new Error(`hop3 ${words.join(' ')} ended with ${code}: ${(seen.stdout + seen.stderr).slice(-1500)}`))
        else resolve(words.includes('--json') ? JSON.parse(seen.stdout.trim().split('\n').at(-1)) : seen.stdout)
      })
    })
}

async function freePort() {
  const server = createServer()
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address()
  await new Promise((resolve) => server.close(resolve))
  return port
}
