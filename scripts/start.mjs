// `npm start`: deploys the examples that need nothing installed, through the defaults, into .hop3/ of this clone, and asks each for a page.
// `npm start -- <arguments>`: the hop3 command with the same home, in the directory it was typed in.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
/* oxlint-disable no-restricted-imports -- this is how the program starts from its sources */
import { watchInterrupt } from '../packages/cli/src/interrupt.ts'
import { main } from '../packages/cli/src/main.ts'
import { runProcess } from '../packages/cli/src/run-process.ts'
/* oxlint-enable no-restricted-imports */

const root = fileURLToPath(new URL('..', import.meta.url))
const cwd = process.env.INIT_CWD ?? process.cwd()

const nextLines = [
  ['npm start -- ps', 'what runs'],
  ['npm start -- logs flask', 'what it wrote'],
  ['npm start -- scale node-http web=+1', 'one instance more'],
  ['npm start -- deploy examples/node-http', 'again, after you changed it'],
  ['npm start -- stop --all', 'ends everything'],
]

process.env.HOP3_HOME ??= `${root}.hop3`
process.env.HOP3_LISTEN ??= await listenAddress()
process.chdir(cwd)

if (process.argv.length > 2) await runProcess()
else {
  const interrupt = watchInterrupt({ onInterrupt: () => say('Stopping.'), onForce: () => {} })
  process.exitCode = await deployExamples(['static-site', 'node-http', ...(hasPython() ? ['flask'] : [])], interrupt.signal)
  interrupt.dispose()
}

async function deployExamples(names, signal) {
  const began = performance.now()
  const pages = []
  for (const name of names) {
    const result = await deploy(`${root}examples/${name}`, signal)
    if (result.exitCode !== 0) return result.exitCode
    pages.push({ ...result, status: await ask(result) })
  }
  if (!names.includes('flask')) say('Left out examples/flask: it needs python3 with venv (apt-get install python3 python3-venv).')
  for (const { app, url, port, status, changed } of pages)
    console.log(`${url.padEnd(36)} http://127.0.0.1:${port}/  ${status}  ${app}${changed ? '' : ' (nothing to do)'}`)
  console.log(`\n${pages.length} apps answer, after ${((performance.now() - began) / 1000).toFixed(1)} s. Go on with:\n`)
  for (const [line, meaning] of nextLines) console.log(`  ${line.padEnd(42)} ${meaning}`)
  return pages.every((page) => page.status < 400) ? 0 : 1
}

/** Runs the command in this process: three starts of Node would take longer than three deploys with nothing to do. */
async function deploy(directory, signal) {
  const { env, stderr } = process
  let value
  const exitCode = await main({
    words: ['deploy', directory],
    // What it prints is shown below, for all of them at once.
    terminal: { cwd: root, env, stdin: () => process.stdin, stdout: { write: () => true, on: () => {} }, stderr },
    signal,
    onResult: (result) => (value = result.value),
  })
  return { exitCode, ...value }
}

/** The app's own port: no name has to be resolved. */
async function ask({ port }) {
  const response = await fetch(`http://127.0.0.1:${port}/`)
  await response.arrayBuffer()
  return response.status
}

/** Port 8080, or another one where that is taken; the same one in every run. */
async function listenAddress() {
  const path = `${process.env.HOP3_HOME}/listen`
  if (existsSync(path)) return readFileSync(path, 'utf8').trim()
  const address = `127.0.0.1:${(await freePort(8080)) ?? (await freePort(0))}`
  mkdirSync(process.env.HOP3_HOME, { recursive: true })
  writeFileSync(path, `${address}\n`)
  return address
}

function freePort(port) {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(undefined))
    server.listen(port, '127.0.0.1', () => {
      const { port: found } = server.address()
      server.close(() => resolve(found))
    })
  })
}

function hasPython() {
  return spawnSync('python3', ['-c', 'import venv, ensurepip'], { stdio: 'ignore' }).status === 0
}

function say(text) {
  process.stderr.write(`${text}\n`)
}
