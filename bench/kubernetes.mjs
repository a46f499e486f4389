// What a deploy with nothing to do costs where the app is on a cluster, beside `node -e 0` and beside the same questions asked alone.
//
//   npm run build && node bench/kubernetes.mjs [rounds]
//
// Takes root and what `.ci/kubernetes` takes, whose cluster it brings up and ends, or HOP3_TEST_CLUSTER, the directory of one that is up. Destroys
// the apps it deployed, with their images.
import { execFileSync, spawn } from 'node:child_process'
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { Agent, request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { head, interleaved, ms, row } from './measure.mjs'

const rounds = Number(process.argv[2] ?? 21)
const repository = fileURLToPath(new URL('..', import.meta.url))
const bin = join(repository, 'packages/cli/dist/bin.js')
const directory = mkdtempSync(join(tmpdir(), 'hop3-bench-'))
const cluster = process.env['HOP3_TEST_CLUSTER'] ?? join(directory, 'cluster')
const script = join(repository, '.ci/kubernetes')
if (cluster.startsWith(directory)) execFileSync(script, ['up', cluster], { stdio: ['ignore', 'ignore', 'inherit'] })
const [registry, node] = ['registry', 'node'].map((name) => readFileSync(join(cluster, name), 'utf8').trim())
const ca = readFileSync(join(cluster, 'keys/apiserver.crt'))
const env = {
  PATH: process.env['PATH'],
  HOME: directory,
  HOP3_HOME: join(directory, 'home'),
  HOP3_LISTEN: '127.0.0.1:18082',
  KUBECONFIG: join(cluster, 'kubeconfig'),
}

/** Through a recorder, what is asked; the other one is timed. Both are of one home, and ask for the same but for their names. */
const names = { counted: 'bench-counted', timed: 'bench-timed' }
let questions = []
const recorder = createServer((asked, answer) => {
  const { method, url: path, headers } = asked
  questions.push({ method, path })
  const onward = request({ host: node, port: 6443, path, method, headers, ca }, (from) => {
    answer.writeHead(from.statusCode ?? 502, from.headers)
    from.pipe(answer)
  })
  asked.pipe(onward)
}).listen(0, '127.0.0.1')
await new Promise((resolve) => recorder.once('listening', resolve))
const recorded = { ...env, KUBECONFIG: join(directory, 'recorded') }
writeFileSync(
  recorded.KUBECONFIG,
  JSON.stringify({
    'current-context': 'r',
    clusters: [{ name: 'r', cluster: { server: `http://127.0.0.1:${recorder.address().port}` } }],
    users: [{ name: 'r', user: { token: 'admin' } }],
    contexts: [{ name: 'r', context: { cluster: 'r', user: 'r' } }],
  }),
)

try {
  head(`an app on a cluster, medians of ${rounds} interleaved runs`)
  await nothingToDo('', '')
  await nothingToDo(', behind the proxy of this host', '\n[deploy.kubernetes]\nservice = "NodePort"\n')
} finally {
  for (const name of Object.values(names))
    await hop3(['destroy', name, '--yes'], name === names.counted ? recorded : env).catch(console.error)
  await hop3(['stop', '--all'])
  recorder.close()
  recorder.closeAllConnections()
  if (cluster.startsWith(directory)) execFileSync(script, ['down', cluster], { stdio: 'inherit' })
  rmSync(directory, { recursive: true, force: true })
}

async function nothingToDo(where, lines) {
  for (const name of Object.values(names)) await hop3(['deploy', sourceOf(name, lines)], name === names.counted ? recorded : env)
  questions = []
  await hop3(['deploy', join(directory, names.counted)], recorded)
  const asked = questions.map(({ method, path }) => ({ method, path: path.replaceAll(names.counted, names.timed) }))
  const source = join(directory, names.timed)
  const seen = await interleaved(
    {
      node: { argv: [process.execPath, '-e', '0'], options: { env } },
      calls: () => timeOf(asked),
      deploy: { argv: [process.execPath, bin, 'deploy', source], options: { env } },
    },
    { rounds },
  )
  const [over, low] = ['ms', 'low'].map((key) => seen.deploy[key] - seen.node[key] - seen.calls[key])
  row(
    `nothing changed, an app on a cluster${where}`,
    'node + 300 ms + its calls, 5 at most',
    `node + ${ms(over)} (lowest + ${ms(low)}) + ${asked.length} calls (${ms(seen.calls.ms)})`,
    over <= 300 && asked.length <= 5 && asked.every(({ method }) => method === 'GET'),
  )
}

function sourceOf(name, lines) {
  const source = join(directory, name)
  rmSync(source, { recursive: true, force: true })
  cpSync(join(repository, 'examples/node-npm'), source, { recursive: true })
  appendFileSync(
    join(source, 'hop3.toml'),
    `\n[metadata]\nid = "${name}"\n[deploy]\ntarget = "kubernetes"\n[build]\nstrategy = "docker"\n[build.docker]\npush = "${registry}/${name}"\n${lines}`,
  )
  return source
}

/** All of them at once, over connections of their own, as one that has nothing else to do would. */
async function timeOf(asked) {
  const start = performance.now()
  const agent = new Agent({ keepAlive: true, ca })
  await Promise.all(asked.map((one) => answerTo(one, agent)))
  agent.destroy()
  return performance.now() - start
}

function answerTo({ method, path }, agent) {
  return new Promise((resolve, reject) => {
    const options = { host: node, port: 6443, method, path, agent, headers: { authorization: 'Bearer admin' } }
    request(options, (answer) => answer.resume().once('end', resolve))
      .once('error', reject)
      .end()
  })
}

/** Not synchronous: the recorder is this process's own. */
function hop3(words, own = env) {
  const child = spawn(process.execPath, [bin, ...words], { env: own, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text) => (said += text))
  return new Promise((resolve, reject) => {
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`${words.join(' ')} ended with ${code}: ${said.slice(-2000)}`)),
    )
  })
}
