import { testToolchain } from '@hop3/testing'
import { describe, expect, test } from 'vitest'
import { planOf, toolchainNamed, verdictOf } from './plan-app.ts'

const manifest = (data: object = {}): { 'package.json': string } => ({ 'package.json': JSON.stringify(data, undefined, 2) })
const started = manifest({ scripts: { start: 'bun src/index.ts' } })
const serving = 'Bun.serve({ fetch: () => new Response("Hello") })\n'
const locked = { 'bun.lock': '{ "lockfileVersion": 1, }', 'index.ts': serving }

testToolchain({
  factory: toolchainNamed('bun'),
  accepts: { ...started, 'bun.lock': '', 'src/index.ts': serving },
  rejects: { ...manifest({ scripts: { start: 'node server.js' } }), 'bun.lock': '', 'server.js': '' },
  contradicts: { ...started, 'src/index.ts': serving, '.bun-version': '1.2.0\n', '.tool-versions': 'bun 1.3.0\n' },
})

describe('Bun runs', () => {
  test.each([
    [
      'what its start script says',
      manifest({ engines: { node: '22' }, scripts: { start: 'NODE_ENV=production bun src/index.ts' } }),
      'package.json:6',
    ],
    [
      'what a script that the start script calls says',
      manifest({ scripts: { start: 'bun run serve', serve: 'bun index.ts' } }),
      'package.json:3',
    ],
    ['what starts after something else', manifest({ scripts: { start: 'prisma migrate deploy && bun index.ts' } }), 'package.json:3'],
    [
      'what bun init makes',
      { ...manifest({ module: 'index.ts', devDependencies: { '@types/bun': 'latest' } }), 'index.ts': '' },
      'package.json:4',
    ],
    [
      "what Hono's template makes",
      { ...manifest({ scripts: { dev: 'bun run --hot src/index.ts' } }), 'src/index.ts': '' },
      'package.json:3',
    ],
    ['what has a lock file of Bun and nothing of Node', { ...manifest(), ...locked }, 'bun.lock'],
    ['what has settings of Bun', { ...manifest(), 'bunfig.toml': '', 'server.ts': '' }, 'bunfig.toml'],
    ['what asks for Bun', { ...manifest({ engines: { node: '22', bun: '1' } }), 'app.js': '' }, 'package.json:2'],
    ['what packageManager says', { ...manifest({ packageManager: 'bun@1.3.0' }), 'index.js': '' }, 'package.json:2'],
  ])('%s', async (_what, files, evidence) => {
    expect(await verdictOf('bun', files)).toMatchObject({ accepted: true, evidence: [evidence] })
    expect(await verdictOf('node', files)).toMatchObject({ accepted: false, reason: expect.stringMatching(/^Bun runs it: .*\)$/) })
  })
})

describe('Node runs', () => {
  test.each([
    ['what its start script says', { ...manifest({ packageManager: 'bun@1.3.0', scripts: { start: 'node server.js' } }), ...locked }],
    ['what Bun only calls', { ...manifest({ scripts: { start: 'bun run serve', serve: 'node server.js' } }), ...locked }],
    ['what asks for Node', { ...manifest({ engines: { node: '22' } }), ...locked, 'index.js': '' }],
    ['what is developed with it', { ...manifest({ scripts: { dev: 'node --watch index.js' } }), ...locked, 'index.js': '' }],
    ['the servers of frameworks', { ...manifest({ scripts: { build: 'next build' }, dependencies: { next: '16' } }), ...locked }],
    ['what has nothing of Bun', { ...manifest(), 'index.js': '' }],
  ])('%s', async (_what, files) => {
    expect(await verdictOf('bun', files)).toMatchObject({ accepted: false })
    expect(await verdictOf('node', files)).toMatchObject({ accepted: true })
  })
})

test('a page beside an app that Bun runs is a part of it', async () => {
  expect(await verdictOf('static', { ...started, 'index.html': '<h1>Hello</h1>' })).toMatchObject({ accepted: false })
})

test('Bun installs, builds and starts', async () => {
  const files = {
    ...manifest({ scripts: { build: 'bun build index.ts --outdir dist', start: 'bun dist/index.js' } }),
    ...locked,
    '.npmrc': 'x=${NPM_TOKEN}',
  }
  const plan = await planOf('bun', files)
  expect(plan).toMatchObject({
    kind: 'bun',
    phases: {
      install: {
        cmds: ['bun install --frozen-lockfile'],
        onlyIncludeFiles: ['package.json', 'bun.lock', '.npmrc'],
        outputs: ['node_modules'],
        cacheDirectories: ['~/.bun/install/cache'],
        secrets: ['NPM_TOKEN'],
      },
      build: { cmds: ['bun run build'], variables: { NODE_ENV: 'production' } },
    },
    processes: { web: 'bun dist/index.js' },
    versions: { bun: { version: '>=1.2 <2', origin: 'default' } },
    runtime: { envVars: { NODE_ENV: 'production' } },
    decisions: [
      { key: 'bun.package_manager', value: 'bun', origin: 'bun.lock' },
      { key: 'processes.web', value: 'bun dist/index.js', origin: 'package.json:4' },
    ],
    warnings: [],
  })
})

test.each([
  ['without a lock file', {}, 'bun install --no-save'],
  ['that another manager installs', { 'package-lock.json': '{}' }, 'npm ci'],
])('an app %s', async (_what, files, install) => {
  expect((await planOf('bun', { ...started, ...files })).phases['install']?.cmds).toEqual([install])
})

test.each([
  [
    'the dev script',
    { ...manifest({ module: 'lib.ts', scripts: { dev: 'bun --hot ./src/main.ts' } }), 'src/main.ts': '', 'lib.ts': '' },
    'src/main.ts',
  ],
  ['module', { ...manifest({ module: './lib.ts' }), 'lib.ts': '', 'index.ts': '' }, 'lib.ts'],
  ['a module that is not there', { ...manifest({ module: 'src/index.js' }), 'src/index.ts': '' }, 'src/index.ts'],
  ['a usual name', { ...manifest(), 'server.ts': '', 'README.md': '' }, 'server.ts'],
])('the file is that of %s', async (_what, files, file) => {
  expect((await planOf('bun', { ...files, 'bun.lock': '' })).processes).toEqual({ web: `bun ${file}` })
})

describe('the version', () => {
  test.each([
    [
      'packageManager',
      { ...manifest({ packageManager: 'bun@1.3.1', scripts: { start: 'bun .' } }), '.bun-version': '1.3' },
      '1.3.1',
      'package.json:2',
    ],
    ['.bun-version', { ...started, '.bun-version': 'v1.2.20\n' }, '1.2.20', '.bun-version:1'],
    ['.tool-versions', { ...started, '.tool-versions': 'bun 1.2\n' }, '1.2', '.tool-versions:1'],
    ['mise.toml', { ...started, 'mise.toml': '[tools]\nbun = "latest"\n' }, '>=1.2 <2', 'default'],
    ['the lock file', { ...started, 'bun.lock': '{\n  "lockfileVersion": 2,\n}' }, '>=1.4 <2', 'bun.lock:2'],
    ['engines', manifest({ engines: { bun: '>=1.3' }, scripts: { start: 'bun .' } }), '>=1.3', 'package.json:2'],
  ])('of %s', async (_what, files, version, origin) => {
    expect((await planOf('bun', files)).versions).toEqual({ bun: { version, origin } })
  })

  test('outside engines.bun, or none, is an error', async () => {
    const files = manifest({ engines: { bun: '>=1.3' }, scripts: { start: 'bun .' } })
    await expect(planOf('bun', { ...files, '.bun-version': '1.2.0' })).rejects.toMatchObject({ code: 'config.bun.version-conflict' })
    await expect(planOf('bun', { ...files, '.bun-version': 'newest' })).rejects.toMatchObject({ code: 'config.bun.version' })
  })

  test('of Node counts where a script builds, and of Bun where Bun only installs', async () => {
    const built = manifest({ engines: { node: '22' }, scripts: { start: 'bun .', build: 'vite build' } })
    expect((await planOf('bun', built)).versions['node']).toEqual({ version: '22', origin: 'package.json:2' })
    const files = { ...manifest({ scripts: { start: 'node .' } }), ...locked, '.bun-version': '1.2.3' }
    expect((await planOf('node', files)).phases['install']?.cmds).toEqual(['npx --yes bun@1.2.3 install --frozen-lockfile'])
  })
})

test('its options are those of Node, under its own name', async () => {
  const files = { ...manifest({ scripts: { start: 'node .', serve: 'bun serve.ts' } }), 'yarn.lock': '', 'bun.lock': '' }
  await expect(planOf('bun', files)).rejects.toMatchObject({
    code: 'config.node.two-lockfiles',
    hint: expect.stringContaining('[build.bun]'),
  })
  const { processes, decisions } = await planOf('bun', files, { options: { package_manager: 'bun', start_script: 'serve' } })
  expect(processes).toEqual({ web: 'bun serve.ts' })
  expect(decisions[0]).toEqual({ key: 'bun.package_manager', value: 'bun', origin: 'hop3.toml [build.bun]' })
})

test('a port that no variable changes is warned of, with the line', async () => {
  const elysia = 'import { Elysia } from "elysia";\n\nnew Elysia().get("/", () => "Hello").listen(3000);\n'
  const warnings = async (text: string): Promise<readonly string[]> =>
    (await planOf('bun', { ...started, 'bun.lock': '', 'src/index.ts': text })).warnings
  expect(await warnings(elysia)).toEqual([expect.stringMatching(/^src\/index\.ts:3 listens on port 3000, .*process\.env\.PORT/)])
  expect(await warnings('export default { port: 8080, fetch }')).toHaveLength(1)
  expect(await warnings('export default { port: process.env.PORT ?? 8080, fetch }')).toEqual([])
  expect(await warnings(serving)).toEqual([])
})

test('without anything to start it says what to write', async () => {
  expect((await planOf('bun', manifest())).warnings).toEqual([expect.stringContaining('"start": "bun server.js"')])
})
