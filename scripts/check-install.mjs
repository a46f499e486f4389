// Checks what a user gets: packs every package and the two third-party ones of examples/, installs the tarballs into empty projects with npm
// and with pnpm (isolated, and without hoisting), asks which plugins are found, deploys a site, requests it and stops it.
// Builds first when a source is newer than its build.
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, readlink, realpath, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
/** Milliseconds for one command: an installation on a slow network takes a while, a hanging one is not waited for. */
const limit = 180_000
/** As docs/start.md says: dockerode's own SSH client would be made faster by them, and is not used. */
const noBuilds = { 'cpu-features': false, protobufjs: false, ssh2: false }

const folder = await realpath(await mkdtemp(join(tmpdir(), 'hop3-install-')))
try {
  await build()
  const packages = await packAll()
  const failures = []
  for (const layout of [npm(), pnpm('isolated', ''), pnpm('without hoisting', 'hoist: false\n')])
    failures.push(...(await check(layout, packages)))
  for (const failure of failures) console.error(failure)
  process.exitCode = failures.length === 0 ? 0 : 1
} finally {
  await endLeftovers()
  await rm(folder, { recursive: true, force: true, maxRetries: 3 })
}

/** Only when a source is newer than what was built from it: in CI another check has just built. */
async function build() {
  const names = await readdir('packages')
  const times = await Promise.all(
    names.map(async (name) => [await newest(join('packages', name, 'src')), await newest(join('packages', name, 'dist'))]),
  )
  if (times.every(([source, built]) => source < built)) return
  await run('npm', ['run', 'build'], { timeout: 3 * limit })
}

async function newest(directory) {
  if (!existsSync(directory)) return 0
  const paths = await readdir(directory, { recursive: true })
  const times = await Promise.all(paths.map(async (path) => (await stat(join(directory, path))).mtimeMs))
  return Math.max(0, ...times)
}

/** Name → tarball and manifest, ours and the third-party ones. */
async function packAll() {
  const thirdParty = (await readdir('examples')).filter((name) => name.startsWith('third-party-')).map((name) => join('examples', name))
  const directories = [...(await readdir('packages')).map((name) => join('packages', name)), ...thirdParty]
  const packed = []
  for (const cwd of directories) {
    const { stdout } = await run('pnpm', ['pack', '--json', '--pack-destination', folder], { cwd, timeout: limit })
    const manifest = JSON.parse(await readFile(join(cwd, 'package.json'), 'utf8'))
    packed.push({ manifest, spec: `file:${resolve(folder, JSON.parse(stdout).filename)}`, isOurs: cwd.startsWith('packages') })
  }
  return packed
}

function npm() {
  return {
    name: 'npm',
    async install(project, manifest, overrides) {
      await writeJson(join(project, 'package.json'), { ...manifest, overrides })
      await run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: project, timeout: limit })
    },
  }
}

function pnpm(name, settings) {
  return {
    name: `pnpm, ${name}`,
    async install(project, manifest, overrides) {
      await writeJson(join(project, 'package.json'), manifest)
      // JSON is YAML. A file of its own also makes the project a root: pnpm would go up and find another.
      const yaml = `packages: ['.']\n${settings}allowBuilds: ${JSON.stringify(noBuilds)}\noverrides: ${JSON.stringify(overrides)}\n`
      await writeFile(join(project, 'pnpm-workspace.yaml'), yaml)
      await run('pnpm', ['install', '--no-frozen-lockfile'], { cwd: project, timeout: limit })
    },
  }
}

/** Installs what a user would name, the program and two plugins; everything of ours it needs comes from the tarballs. */
async function check(layout, packages) {
  const project = join(folder, layout.name.replaceAll(/\W+/g, '-'))
  await mkdir(project)
  const named = packages.filter(({ manifest, isOurs }) => !isOurs || manifest.bin !== undefined)
  const specs = (some) => Object.fromEntries(some.map(({ manifest, spec }) => [manifest.name, spec]))
  const manifest = { name: 'an-empty-project', version: '1.0.0', private: true, dependencies: specs(named) }
  try {
    await layout.install(project, manifest, specs(packages.filter(({ isOurs }) => isOurs)))
    const hop3 = await commandIn(project)
    const problems = [...(await checkPlugins(hop3, packages)), ...(await checkDeploy(hop3, project))]
    console.log(`${problems.length === 0 ? 'ok    ' : 'FAILED'} ${layout.name}`)
    return problems.map((problem) => `${layout.name}: ${problem}`)
  } catch (error) {
    console.log(`FAILED ${layout.name}`)
    return [`${layout.name}: ${error.message}\n${error.stdout ?? ''}${error.stderr ?? ''}`]
  }
}

/** The installed program with a home and ports of its own. */
async function commandIn(project) {
  const home = join(project, 'home')
  // Short: it holds sockets.
  const sockets = await mkdtemp(join(folder, 'run-'))
  const env = {
    PATH: process.env.PATH,
    HOME: project,
    HOP3_HOME: home,
    HOP3_RUN: sockets,
    HOP3_LISTEN: `127.0.0.1:${await freePort()}`,
  }
  return async (...args) => {
    const { stdout } = await run(join(project, 'node_modules/.bin/hop3'), args, { cwd: project, env, timeout: limit })
    return stdout
  }
}

/** Every package with one of the keywords, ours or not, is loaded and offers something; nothing is ignored. */
async function checkPlugins(hop3, packages) {
  const { plugins, ignored } = JSON.parse(await hop3('plugins', '--json'))
  const expected = packages.map(({ manifest }) => manifest).filter(({ keywords }) => keywords?.some((word) => word.startsWith('hop3-')))
  return [
    ...ignored.map(({ name, stage, error }) => `${name} is ignored (${stage}): ${error}`),
    ...expected.flatMap(({ name }) => {
      const found = plugins.find((one) => one.name === name)
      if (found === undefined) return [`${name} is not found; found: ${plugins.map((one) => one.name).join(', ')}`]
      return found.state === 'loaded' && found.strategies.length > 0 ? [] : [`${name} is ${found.state}: ${found.reason}`]
    }),
  ]
}

/** The smallest app there is: deployed, requested, stopped, gone. */
async function checkDeploy(hop3, project) {
  const app = join(project, 'site')
  await mkdir(app)
  await writeFile(join(app, 'index.html'), 'hello from a tarball\n')
  const { url, port } = lastLine(await hop3('deploy', app, '--app', 'site', '--json'))
  const answer = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(10_000) })
  const body = await answer.text()
  await hop3('stop', '--all')
  const left = await processesOf(project)
  return [
    ...(body === 'hello from a tarball\n' ? [] : [`${url} answered ${answer.status} ${body}`]),
    ...left.map(({ pid, command }) => `process ${pid} is left after stop: ${command}`),
  ]
}

/** The result; the lines before it are events. */
function lastLine(text) {
  return JSON.parse(text.trimEnd().split('\n').at(-1))
}

async function endLeftovers() {
  for (const { pid } of await processesOf(folder)) process.kill(pid, 'SIGKILL')
}

/** Processes that carry a path of this check in their arguments, environment or working directory. */
async function processesOf(path) {
  const names = await readdir('/proc').catch(() => [])
  const pids = names.filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
  const seen = await Promise.all(
    pids.map(async (pid) => {
      const read = (name) => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '')
      const command = await read('cmdline')
      const directory = await readlink(`/proc/${pid}/cwd`).catch(() => '')
      const isOurs = [command, await read('environ'), directory].some((text) => text.includes(path))
      return isOurs ? [{ pid: Number(pid), command: command.replaceAll('\0', ' ') }] : []
    }),
  )
  return seen.flat()
}

function freePort() {
  return new Promise((resolvePort, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolvePort(port))
    })
  })
}

function writeJson(path, value) {
  return writeFile(path, `${JSON.stringify(value, null, 2)}\n`)
}
