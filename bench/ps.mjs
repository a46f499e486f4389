// What `hop3 ps` of many apps in containers asks the engine: counted at a socket in front of it.
//
//   npm run build && node bench/ps.mjs [apps] [compose|swarm]
//
// Takes a container engine (DOCKER_HOST) and Go; for a swarm, DOCKER_HOST is one that manages it, or there is none and it starts an engine of
// its own, which takes root. Destroys the apps it deployed, with their images.
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { head, ms, row } from './measure.mjs'
import { besideSwarm } from './own-swarm.mjs'

const count = Number(process.argv[2] ?? 50)
const target = process.argv[3] ?? 'compose'
if (target === 'swarm' && (await besideSwarm([count, target]))) process.exit()
/** Of a swarm: its tasks, and what is on this host of it. */
const bound = 2
const address = process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock'
const repository = fileURLToPath(new URL('..', import.meta.url))
const bin = join(repository, 'packages/cli/dist/bin.js')
const directory = mkdtempSync(join(tmpdir(), 'hop3-bench-'))
const env = {
  PATH: process.env['PATH'],
  HOME: directory,
  HOP3_HOME: join(directory, 'home'),
  HOP3_LISTEN: '127.0.0.1:18081',
  DOCKER_HOST: address,
}
const apps = Array.from({ length: count }, (_, index) => `app-${index + 1}`)

/** Not synchronous: the socket in front of the engine is this process's own. */
function hop3(words, more = {}) {
  const child = spawn(process.execPath, [bin, ...words], { env: { ...env, ...more }, stdio: ['ignore', 'pipe', 'pipe'] })
  const said = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr']) child[name].setEncoding('utf8').on('data', (text) => (said[name] += text))
  return new Promise((resolve, reject) => {
    child.once('close', (code) =>
      code === 0 ? resolve(said) : reject(new Error(`${words.join(' ')} ended with ${code}: ${said.stderr.slice(-2000)}`)),
    )
  })
}

let questions = []
const socket = join(directory, 'engine.sock')
const engine = createServer((incoming, answer) => {
  questions.push(`${incoming.method} ${incoming.url}`)
  const { url: path, method, headers } = incoming
  const onward = request({ socketPath: address.slice('unix://'.length), path, method, headers }, (from) => {
    answer.writeHead(from.statusCode ?? 500, from.headers)
    from.pipe(answer)
  })
  incoming.pipe(onward)
}).listen(socket)

try {
  head(`ps of ${count} apps, ${target}`)
  const source = join(directory, 'source')
  mkdirSync(source)
  cpSync(join(repository, 'packages/testing/fixtures/image-app.go'), join(source, 'main.go'))
  execFileSync('go', ['build', '-o', 'app', 'main.go'], { cwd: source, env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '' } })
  rmSync(join(source, 'main.go'))
  writeFileSync(join(source, 'Dockerfile'), 'FROM scratch\nCOPY app /server\nEXPOSE 8080\nCMD ["/server"]\n')
  writeFileSync(join(source, 'hop3.toml'), `[deploy]\ntarget = "${target}"\nstop-timeout = 2\n`)
  const waiting = [...apps]
  const deployAll = async () => {
    for (let app = waiting.shift(); app !== undefined; app = waiting.shift()) await hop3(['deploy', source, '--app', app])
  }
  await Promise.all([deployAll(), deployAll()])
  questions = []
  const began = performance.now()
  const { stdout } = await hop3(['ps', '--json'], { DOCKER_HOST: `unix://${socket}` })
  const time = performance.now() - began
  const shown = JSON.parse(stdout.trim().split('\n').at(-1)).apps
  const isRight = shown.length === count && shown.every((one) => one.isServed === true)
  row(
    `\`ps\` of ${count} apps on ${target}`,
    `${bound} engine calls`,
    `${questions.length}, in ${ms(time)}`,
    isRight && questions.length <= bound,
  )
  if (!isRight || questions.length > bound) console.error(shown.length, questions)
} finally {
  for (const app of apps) spawnSync(process.execPath, [bin, 'destroy', app, '--yes'], { env })
  spawnSync(process.execPath, [bin, 'stop', '--all'], { env })
  engine.close()
  rmSync(directory, { recursive: true, force: true })
}
