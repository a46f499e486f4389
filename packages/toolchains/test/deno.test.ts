import { testToolchain } from '@hop3/testing'
import { describe, expect, test } from 'vitest'
import { planOf, toolchainNamed, verdictOf } from './plan-app.ts'

const serving = 'Deno.serve(() => new Response("Hello"))\n'
const exporting = 'export default { fetch: () => new Response("Hello") }\n'
const manifest = (data: object = {}): { 'deno.json': string } => ({ 'deno.json': JSON.stringify(data, undefined, 2) })
const lock = (data: object = {}): { 'deno.lock': string } => ({ 'deno.lock': JSON.stringify({ version: '5', ...data }, undefined, 2) })
const started = manifest({ tasks: { start: 'deno run --allow-net main.ts' } })
const told = 'DENO_SERVE_ADDRESS="tcp:$BIND_ADDRESS:$PORT"'
const webOf = async (...args: Parameters<typeof planOf> extends [string, ...infer Rest] ? Rest : never): Promise<string | undefined> =>
  (await planOf('deno', ...args)).processes['web']

testToolchain({
  factory: toolchainNamed('deno'),
  accepts: { ...started, ...lock(), 'main.ts': serving },
  rejects: { 'package.json': '{ "scripts": { "start": "node server.js" } }', 'server.js': '' },
  contradicts: { ...started, 'main.ts': serving, '.dvmrc': '2.1.0', '.tool-versions': 'deno 2.4.0\n' },
})

describe('is accepted:', () => {
  test.each([
    ['a start task', started, ['deno.json', 'deno.json:3']],
    [
      'comments and a comma too many',
      { 'deno.jsonc': '{ // tasks\n "tasks": { "start": "deno run main.ts", },\n}' },
      ['deno.jsonc', 'deno.jsonc:2'],
    ],
    ['a main.ts', { ...manifest(), 'main.ts': serving }, ['deno.json', 'main.ts:1']],
    ['a mod.ts that serves', { ...manifest(), 'mod.ts': `\n${serving}` }, ['deno.json', 'mod.ts:2']],
    ['no deno.json, and what only Deno has', { 'main.ts': `import "./a.ts"\n${serving}` }, ['main.ts:2']],
    ['a start script that calls Deno', { 'package.json': '{"scripts":{"start":"deno run -A main.ts"}}' }, ['package.json:1']],
    ['a start task beside a start script', { ...started, 'package.json': '{"scripts":{"start":"node ."}}' }, ['deno.json', 'deno.json:3']],
    [
      'a site of Lume',
      manifest({ imports: { 'lume/': 'https://deno.land/x/lume@v2.4.2/' }, tasks: { build: 'deno task lume' } }),
      ['deno.json'],
    ],
    [
      'a site of Lume whose start task serves it to its author',
      manifest({
        imports: { 'lume/': 'https://x/' },
        tasks: { build: 'deno task lume', serve: 'deno task lume -s', start: 'deno task serve' },
      }),
      ['deno.json'],
    ],
  ])('%s', async (_what, files, evidence) => {
    expect(await verdictOf('deno', files)).toMatchObject({ accepted: true, evidence })
  })
})

describe('is refused:', () => {
  test.each([
    ['nothing of Deno', { 'README.md': '' }, 'no deno.json'],
    ['a program for anything', { 'main.ts': 'console.log("Hello")' }, 'no deno.json, and no program that only Deno runs'],
    ['settings of a linter', manifest({ fmt: { semiColons: false } }), 'deno.json has no task start'],
    ['a bundle that is no text worth reading', { 'index.js': `Deno.serve()${' '.repeat(5_000_000)}` }, 'no deno.json'],
    ['a library', { ...manifest({ exports: './mod.ts' }), 'mod.ts': 'export const one = 1\n' }, 'deno.json has no task start'],
    [
      'a Node app',
      { ...manifest(), 'main.ts': serving, 'package.json': '{"scripts":{"start":"node ."}}' },
      'package.json has a start script of its own',
    ],
    ['a program of a Node app', { 'main.ts': serving, 'package.json': '{}' }, 'package.json does not start Deno'],
  ])('%s', async (_what, files, reason) => {
    expect(await verdictOf('deno', files)).toMatchObject({ accepted: false, reason: expect.stringContaining(reason) })
  })
})

test('what is needed to run lies in the release, and is decided by the manifest and the lock file', async () => {
  const plan = await planOf('deno', { ...started, ...lock(), 'main.ts': serving, '.npmrc': '//x/:_authToken=${NPM_TOKEN}' })
  const variables = { DENO_NO_PROMPT: '1', DENO_NO_UPDATE_CHECK: '1', NO_COLOR: '1', DENO_DIR: '.deno' }
  expect(plan.phases).toEqual({
    install: {
      cmds: ['deno install --frozen', 'mkdir -p .deno'],
      onlyIncludeFiles: ['deno.json', '.npmrc', 'deno.lock'],
      outputs: ['.deno'],
      secrets: ['NPM_TOKEN'],
      variables,
    },
    build: { cmds: ['deno cache --frozen main.ts'], variables: { ...variables, NODE_ENV: 'production' } },
  })
  expect(plan).toMatchObject({
    kind: 'deno',
    runtime: { envPaths: { DENO_DIR: '.deno' }, envVars: { DENO_NO_PROMPT: '1' } },
    exclude: ['node_modules', '/.deno', '/_fresh'],
    decisions: [{ key: 'processes.web', value: `${told} deno run --allow-net main.ts`, origin: 'deno.json:3' }],
    warnings: [],
  })
})

describe('install', () => {
  const installOf = async (files: Record<string, string>) => (await planOf('deno', { 'main.ts': serving, ...files })).phases['install']

  test('without a lock file is loose, and it is warned of', async () => {
    const { phases, warnings } = await planOf('deno', { ...started, 'main.ts': serving })
    expect(phases['install']?.cmds?.[0]).toBe('deno install')
    expect(phases['build']?.cmds).toEqual(['deno cache main.ts'])
    expect(warnings).toEqual([expect.stringContaining('deno.lock')])
  })

  test('fetches the modules of URLs that the lock file lists', async () => {
    const { cmds } = (await installOf({ ...started, ...lock({ remote: { 'https://deno.land/std/x.ts': 'abc' } }) })) ?? {}
    expect(cmds?.[1]).toMatch(/^deno eval .* deno\.lock \| xargs deno cache --frozen --allow-import$/)
    expect((await installOf({ ...started, ...lock({ remote: {} }) }))?.cmds).toHaveLength(2)
    const named = await installOf({
      ...manifest({ lock: 'a; b.lock' }),
      'a; b.lock': lock({ remote: { 'https://x/y.ts': 'z' } })['deno.lock'],
    })
    expect(named?.cmds?.[1]).toContain("console.log(url)' 'a; b.lock' | xargs")
  })

  test.each([
    ['a package.json', { ...manifest(), 'package.json': '{}' }, ['deno.json', 'package.json'], ['.deno', 'node_modules']],
    ['nodeModulesDir', manifest({ nodeModulesDir: 'auto' }), ['deno.json'], ['.deno', 'node_modules']],
    ['no nodeModulesDir', { ...manifest({ nodeModulesDir: 'none' }), 'package.json': '{}' }, ['deno.json', 'package.json'], ['.deno']],
    ['modules in the source', { ...manifest({ vendor: true }), 'vendor/a.ts': '' }, ['deno.json', 'vendor'], ['.deno']],
    ['modules to be put there', manifest({ vendor: true }), ['deno.json'], ['.deno', 'vendor']],
    [
      'an import map',
      { ...manifest({ importMap: './import_map.json' }), 'import_map.json': '{}' },
      ['deno.json', 'import_map.json'],
      ['.deno'],
    ],
    [
      'another lock file',
      { ...manifest({ lock: 'locks/deno.lock' }), 'locks/deno.lock': '{}' },
      ['deno.json', 'locks/deno.lock'],
      ['.deno'],
    ],
    ['no lock file', { ...manifest({ lock: false }), ...lock() }, ['deno.json'], ['.deno']],
    [
      'a workspace',
      { ...manifest({ workspace: ['./lib', 'packages/*'] }), 'lib/deno.json': '{}', 'packages/a/deno.jsonc': '{}', 'packages/a/x.ts': '' },
      ['deno.json', 'lib/deno.json', 'packages/a/deno.jsonc'],
      ['.deno'],
    ],
    ['a workspace of any depth', manifest({ workspace: ['packages/**'] }), undefined, ['.deno']],
    [
      'a package of the source',
      { ...manifest(), 'package.json': '{"dependencies":{"a":"file:./a"}}' },
      undefined,
      ['.deno', 'node_modules'],
    ],
  ])('with %s', async (_what, files, inputs, outputs) => {
    const phase = await installOf({ ...files })
    expect(phase?.onlyIncludeFiles).toEqual(inputs)
    expect(phase?.outputs).toEqual(outputs)
  })

  test('is left out where nothing says what to install', async () => {
    expect((await planOf('deno', { 'main.ts': serving })).phases).toEqual({
      build: expect.objectContaining({ cmds: ['deno cache main.ts'] }),
    })
  })
})

describe('starts', () => {
  test.each([
    ['the task itself', 'deno run -A --env-file src/main.ts', `${told} deno run -A --env-file src/main.ts`],
    ['a task with variables', 'MODE=x deno run -A main.ts', `${told} MODE=x deno run -A main.ts`],
    ['a task that calls another', 'deno task serve', `${told} deno run --allow-net serve.ts`],
    ['a task of several commands', 'deno task x && deno run -A main.ts', `${told} deno task start`],
    ['a program of npm', 'vite preview', `${told} deno task start`],
    ['deno serve', 'deno serve -A _fresh/server.js', 'deno serve --host "$BIND_ADDRESS" --port "$PORT" -A _fresh/server.js'],
    [
      'deno serve on a port of its own',
      'deno serve --port 3000 --host=0.0.0.0 main.ts',
      'deno serve --host "$BIND_ADDRESS" --port "$PORT" main.ts',
    ],
    ['deno serve on PORT', 'deno serve --port $PORT main.ts', 'deno serve --port $PORT main.ts'],
    ['a watching task', 'deno run --watch=static/,routes/ -A dev.ts', `${told} deno run -A dev.ts`],
  ])('%s', async (_what, start, web) => {
    expect(await webOf(manifest({ tasks: { start, serve: { command: 'deno run --allow-net serve.ts' } } }))).toBe(web)
  })

  test('a task that others come before through Deno', async () => {
    expect(await webOf(manifest({ tasks: { start: { command: 'deno run main.ts', dependencies: ['build'] } } }))).toBe(
      `${told} deno task start`,
    )
  })

  test('what deno init makes', async () => {
    const files = { ...manifest({ tasks: { dev: 'deno run --watch --allow-net main.ts' } }), 'main.ts': serving }
    expect(await webOf(files)).toBe(`${told} deno run --allow-net main.ts`)
    const serve = { ...manifest({ tasks: { dev: 'deno serve --watch -R main.ts' } }), 'main.ts': exporting }
    expect(await webOf(serve)).toBe('deno serve --host "$BIND_ADDRESS" --port "$PORT" -R main.ts')
  })

  test('Fresh: 1 by its preview task, 2 by its own', async () => {
    const first = manifest({
      tasks: { start: 'deno run -A --watch=static/ dev.ts', build: 'deno run -A dev.ts build', preview: 'deno run -A main.ts' },
    })
    const { processes, phases } = await planOf('deno', { ...first, 'main.ts': serving })
    expect(processes).toEqual({ web: `${told} deno run -A main.ts` })
    expect(phases['build']?.cmds).toEqual(['deno task build', 'deno cache --allow-import main.ts'])
  })

  test.each([
    ['a file that serves', { 'main.ts': serving }, {}, `${told} deno run --allow-net --allow-env --allow-read main.ts`],
    [
      'a file that exports what serves',
      { 'server.js': exporting },
      {},
      'deno serve --host "$BIND_ADDRESS" --port "$PORT" --allow-net --allow-env --allow-read server.js',
    ],
    ['src/main.ts', { 'src/main.ts': serving }, {}, `${told} deno run --allow-net --allow-env --allow-read src/main.ts`],
    [
      'the named file',
      { 'api.ts': serving },
      { entry: './api.ts', permissions: ['net', 'write=/srv'] },
      `${told} deno run --allow-net --allow-write=/srv api.ts`,
    ],
    ['the named task', started, { start_task: 'start' }, `${told} deno run --allow-net main.ts`],
  ])('%s', async (_what, files, options, web) => {
    expect(await webOf({ ...manifest(), ...files }, { options })).toBe(web)
  })

  test.each([
    [{ entry: '../x.ts' }, 'config.deno.entry', 'is "../x.ts"'],
    [{ start_task: 'serve' }, 'config.deno.task', 'the task "serve", which deno.json does not have'],
    [{ start_task: 'constructor' }, 'config.deno.task', 'the task "constructor", which deno.json does not have'],
    [{ build_task: 'bundle' }, 'config.deno.task', 'the task "bundle"'],
  ])('%j is an error', async (options, code, said) => {
    await expect(planOf('deno', { ...started, 'main.ts': serving }, { options })).rejects.toMatchObject({
      code,
      message: expect.stringContaining(said),
    })
  })

  test('what cannot be told where to listen is warned of', async () => {
    const files = { ...started, ...lock(), 'main.ts': '// TCP\nDeno.listen({ port: 3000 })\n' }
    expect((await planOf('deno', files)).warnings).toEqual([
      expect.stringMatching(/^main\.ts:2 listens on port 3000, .*Deno\.env\.get\("PORT"\)/),
    ])
    expect((await planOf('deno', { ...started, ...lock(), 'main.ts': serving, '.dvmrc': '2.1.4' })).warnings).toEqual([
      expect.stringContaining('Deno 2.1.4 does not know DENO_SERVE_ADDRESS'),
    ])
  })

  test('nothing, and says so, where there is nothing', async () => {
    const { processes, warnings } = await planOf('deno', { ...manifest(), ...lock() }, { named: true })
    expect([processes, warnings]).toEqual([{}, [expect.stringContaining('No start command found')]])
  })
})

test('a site is what its task builds', async () => {
  const site = { ...manifest({ tasks: { build: 'deno run -A npm:vite build' } }), ...lock() }
  const { kind, processes, phases, exclude } = await planOf('deno', site, { options: { output_directory: './dist/' } })
  expect({ kind, processes, cmds: phases['build']?.cmds }).toEqual({
    kind: 'static',
    processes: { static: 'dist' },
    cmds: ['deno task build'],
  })
  expect(exclude).toContain('/dist')
})

test('a member of a workspace has the lock file of its root', async () => {
  const files = {
    ...manifest({ workspace: ['./api', './lib'] }),
    ...lock(),
    'api/deno.json': '{ "tasks": { "start": "deno run -A main.ts" } }',
    'api/main.ts': serving,
    'lib/deno.json': '{}',
  }
  const { phases, runtime, exclude } = await planOf('deno', files, { root: 'api' })
  expect(phases['install']).toMatchObject({
    onlyIncludeFiles: ['api/deno.json', 'deno.json', 'lib/deno.json', 'deno.lock'],
    outputs: ['api/.deno'],
    variables: { DENO_DIR: '.deno' },
  })
  expect([runtime.envPaths, exclude]).toEqual([{ DENO_DIR: 'api/.deno' }, ['node_modules', '/api/.deno', '/api/_fresh']])
})

describe('the version', () => {
  test.each([
    ['.dvmrc', { '.dvmrc': 'v2.4.1\n' }, '2.4.1', '.dvmrc:1'],
    ['.deno-version', { '.deno-version': '2.5' }, '2.5', '.deno-version:1'],
    ['.tool-versions', { '.tool-versions': 'deno 2.4.0\n' }, '2.4.0', '.tool-versions:1'],
    ['mise.toml', { 'mise.toml': '[tools]\ndeno = "2.6"\n' }, '2.6', 'mise.toml:2'],
    ['nothing', { '.dvmrc': 'latest' }, '>=2.3 <3', 'default'],
  ])('of %s', async (_what, files, version, origin) => {
    expect((await planOf('deno', { ...started, ...files })).versions).toEqual({ deno: { version, origin } })
  })

  test('hop3.toml beats the files', async () => {
    const { versions } = await planOf('deno', { ...started, '.dvmrc': '2.4.1' }, { options: { version: '2.9' } })
    expect(versions).toEqual({ deno: { version: '2.9', origin: 'hop3.toml [build.deno] version' } })
  })

  test('that is none is an error, and Deno 1 installs nothing beforehand', async () => {
    await expect(planOf('deno', { ...started, '.dvmrc': 'newest' })).rejects.toMatchObject({ code: 'config.deno.version' })
    const { phases } = await planOf('deno', { ...manifest({ tasks: { start: 'deno run -A main.ts' } }), ...lock(), '.dvmrc': '1.46.3' })
    expect(Object.values(phases).map(({ cmds }) => cmds)).toEqual([['deno cache main.ts']])
  })
})

test('a deno.json that is no object is an error', async () => {
  await expect(verdictOf('deno', { 'deno.json': '[]' })).rejects.toMatchObject({ code: 'config.deno.manifest' })
})
