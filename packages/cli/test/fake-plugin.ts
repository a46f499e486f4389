import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A machine of its own: a home, an app, and a package whose strategies do at once what they are told in the app's `fake.json`. */
export interface FakeMachine {
  readonly root: string
  readonly app: string
  /** To be given to `--plugin-root`. */
  readonly pluginRoot: string
  readonly env: Readonly<Record<string, string>>
  /** What the strategies do with the next deploy. */
  instruct(instructions: {
    readonly fail?: string
    readonly sleep?: number
    readonly lines?: number
    readonly version?: number
  }): Promise<void>
  remove(): Promise<void>
}

export async function fakeMachine(): Promise<FakeMachine> {
  const root = await mkdtemp(join(tmpdir(), 'hop3-cli-'))
  const [app, pluginRoot] = [join(root, 'blog'), join(root, 'plugins')]
  const plugin = join(pluginRoot, 'node_modules/fake-strategies')
  await mkdir(plugin, { recursive: true })
  await mkdir(app)
  await writeFile(join(pluginRoot, 'package.json'), JSON.stringify({ dependencies: { 'fake-strategies': '1' } }))
  const keywords = ['hop3-builder', 'hop3-deployer', 'hop3-proxy']
  await writeFile(
    join(plugin, 'package.json'),
    JSON.stringify({ name: 'fake-strategies', version: '1.0.0', type: 'module', main: 'index.js', keywords }),
  )
  await writeFile(join(plugin, 'index.js'), strategies)
  const instruct: FakeMachine['instruct'] = (instructions) => writeFile(join(app, 'fake.json'), JSON.stringify(instructions))
  await instruct({})
  const env = { PATH: process.env['PATH'] ?? '', HOME: root, HOP3_HOME: join(root, 'home') }
  return { root, app, pluginRoot, env, instruct, remove: () => rm(root, { recursive: true, force: true }) }
}

// Written as an author without our packages would.
const strategies = `
import { access, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const problem = (code) => Object.assign(new Error('It was told to fail with ' + code + '.'), {
  [Symbol.for('hop3.error')]: true, code, hint: 'Tell it not to.', details: { told: true }, class: code.startsWith('internal') ? 'internal' : 'user' })

const builder = { name: 'fake', specificity: 'declared', create: (context) => ({
  name: 'fake',
  accept: async () => {
    const there = await access(join(context.sourcePath, 'fake.json')).then(() => true, () => false)
    return { accepted: there, reason: there ? 'fake.json is there' : 'no fake.json', evidence: there ? ['fake.json'] : [] }
  },
  fingerprint: () => readFile(join(context.sourcePath, 'fake.json'), 'utf8'),
  build: async () => {
    const { fail = '', sleep = 0, lines = 1 } = JSON.parse(await readFile(join(context.sourcePath, 'fake.json'), 'utf8'))
    const log = context.log.child({ phase: 'install', strategy: 'fake' })
    log.info('Installing', { kind: 'begin' })
    for (let line = 1; line <= lines; line++) log.output('package ' + line, 'stdout')
    if (sleep > 0) await context.run({ file: 'sleep', args: [String(sleep)], cwd: '/', env: context.env, signal: context.signal })
    log.info('', { kind: 'end', milliseconds: 12 })
    if (fail.startsWith('build') || fail.startsWith('internal')) throw problem(fail)
    const location = join(context.release.path, 'source')
    await mkdir(location)
    await writeFile(join(location, 'fail'), fail)
    const runtime = { envVars: {}, pathPrepend: [], workingDir: location, workers: { web: 'true' }, beforeRun: [], staticPaths: {}, healthcheckPath: '', healthcheckTimeout: 30 }
    return { kind: 'fake', location, runtime, builder: 'fake', appName: context.appName, builtAt: '', buildId: '',
      metadata: { fingerprint: await readFile(join(context.sourcePath, 'fake.json'), 'utf8') } }
  },
}) }

const deployer = { name: 'fake', specificity: 'declared', create: (context, artifact) => ({
  name: 'fake',
  accept: async () => ({ accepted: artifact.kind === 'fake', reason: 'kind ' + artifact.kind }),
  deploy: async () => {
    const fail = await readFile(join(artifact.location, 'fail'), 'utf8')
    if (fail !== '') throw problem(fail)
    if (context.appEnv.MODE === 'refused') throw problem('deploy.start')
    context.log.info('The key is ' + (context.appEnv.SECRET_KEY ?? 'not set'))
    return { protocol: 'http', address: '127.0.0.1', port: 1, upstreams: [{ address: '127.0.0.1', port: 1 }] }
  },
  scale: async () => {},
  stop: async () => {},
  status: async () => [{ app: context.appName, worker: 'web', ordinal: 1, release: context.release.id, generation: context.generation, state: 'running', pid: 4711, address: '127.0.0.1:1' }],
  exec: async (command, { stdio }) => (await context.run({ file: '/bin/sh', args: ['-c', command], cwd: artifact.location, env: { ...context.env, ...context.appEnv }, stdio, signal: context.signal,
    onLine: (line, stream) => context.log.output(line, stream) })).exitCode ?? 1,
}) }

const proxy = { name: 'fake', create: () => ({
  name: 'fake',
  accept: async () => ({ accepted: true, reason: 'always works' }),
  apply: async (route) => 'http://' + route.appName + '.example.test/',
  remove: async () => {},
  serves: async () => true,
}) }

export default { protocol: 1, builders: [builder], deployers: [deployer], proxies: [proxy] }
`
