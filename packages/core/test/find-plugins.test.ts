import { realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { fixturePackage, tempApp, type Files } from '@hop3/testing'
import { describe, expect, test } from 'vitest'
import { createRegistry, findPlugins } from '../src/index.ts'

const builder = { manifest: { keywords: ['hop3-builder'] } }

describe('what is a plugin', () => {
  test.each([
    ['hop3-builder', 'builders'],
    ['hop3-deployer', 'deployers'],
    ['hop3-toolchain', 'toolchains'],
    ['hop3-proxy', 'proxies'],
  ])('the keyword %s announces %s', async (keyword, role) => {
    const root = await project(['acme'], fixturePackage('acme', { manifest: { keywords: ['deploy', keyword] } }))
    const { candidates, ignored } = await findPlugins({ roots: [root] })
    expect(candidates).toEqual([{ name: 'acme', version: '1.0.0', directory: join(root, 'node_modules/acme'), root, roles: [role] }])
    expect(ignored).toEqual([])
  })

  test('one package may have several roles', async () => {
    const root = await project(['acme'], fixturePackage('acme', { manifest: { keywords: ['hop3-proxy', 'hop3-builder'] } }))
    expect((await findPlugins({ roots: [root] })).candidates[0]?.roles).toEqual(['builders', 'proxies'])
  })

  test('a scoped name is found like any other', async () => {
    const root = await project(['@acme/hop3-deno'], fixturePackage('@acme/hop3-deno', builder))
    expect(await namesIn(root)).toEqual(['@acme/hop3-deno'])
  })

  test.each([
    ['a string', 'hop3-builder', ['acme']],
    ['a string of something else', 'builder', []],
    ['with things that are no strings', [null, 7, {}, ['hop3-builder'], 'hop3-builder'], ['acme']],
    ['empty', [], []],
    ['null', null, []],
    ['an object', { 'hop3-builder': true }, []],
    ['a number', 42, []],
  ])('keywords that are %s', async (_what, keywords, names) => {
    const root = await project(['acme'], fixturePackage('acme', { manifest: { keywords } }))
    expect(await namesIn(root)).toEqual(names)
    expect((await findPlugins({ roots: [root] })).ignored).toEqual([])
  })

  test('a manifest without keywords or version is no plugin, and no problem', async () => {
    const root = await project(['acme', 'bare'], {
      ...fixturePackage('acme', { manifest: { version: 3, keywords: ['hop3-builder'] } }),
      'node_modules/bare/package.json': '{}',
    })
    const { candidates, ignored } = await findPlugins({ roots: [root] })
    expect(candidates.map(({ name, version }) => [name, version])).toEqual([['acme', '']])
    expect(ignored).toEqual([])
  })

  test('a plan file without the keyword is no provider, and that is said', async () => {
    const root = await project(['acme'], fixturePackage('acme', { manifest: { hop3: { plan: './plan.toml' } } }))
    const { candidates, ignored } = await findPlugins({ roots: [root] })
    expect(candidates).toEqual([])
    expect(ignored).toMatchObject([{ name: 'acme', stage: 'find', error: expect.stringContaining('lacks the keyword hop3-toolchain') }])
  })

  test('a toolchain may be a plan file: then it has no code to import', async () => {
    const root = await project(['acme', 'both'], {
      ...fixturePackage('acme', {
        manifest: { keywords: ['hop3-toolchain'], hop3: { plan: './plan.toml' } },
        entry: 'throw new Error("ran")',
      }),
      'node_modules/acme/plan.toml': '',
      ...fixturePackage('both', { manifest: { keywords: ['hop3-toolchain', 'hop3-proxy'], hop3: { plan: 'plan.json' } } }),
      'node_modules/both/plan.json': '{}',
    })
    const found = await findPlugins({ roots: [root] })
    expect(found.candidates).toMatchObject([
      { name: 'acme', roles: [], planFile: join(root, 'node_modules/acme/plan.toml') },
      { name: 'both', roles: ['proxies'], planFile: join(root, 'node_modules/both/plan.json') },
    ])
    const registry = createRegistry({ found })
    expect(await registry.toolchains()).toEqual([])
    expect(registry.planPackages().map(({ name }) => name)).toEqual(['acme', 'both'])
    expect((await registry.describe())[0]).toMatchObject({ name: 'acme', state: 'loaded', strategies: ['provider acme'] })
  })

  test.each([['../outside.toml'], ['missing.toml'], [7], ['/etc/passwd'], ['a\0b']])(
    'a plan file %j that is no file of the package is said',
    async (plan) => {
      const root = await project(['acme'], {
        ...fixturePackage('acme', { manifest: { keywords: ['hop3-toolchain'], hop3: { plan } } }),
        'node_modules/outside.toml': '',
      })
      const { candidates, ignored } = await findPlugins({ roots: [root] })
      expect(candidates).toEqual([])
      expect(ignored).toMatchObject([{ name: 'acme', stage: 'find', error: expect.stringContaining('hop3.plan') }])
    },
  )

  test('a name that belongs to every object is a name like any other', async () => {
    const root = await project(['constructor', '__proto__'], fixturePackage('constructor', builder))
    expect(await namesIn(root)).toEqual(['constructor'])
  })

  test('disabled packages are not looked at', async () => {
    const root = await project(['a', 'b'], { ...fixturePackage('a', builder), ...fixturePackage('b', builder) })
    const found = await findPlugins({ roots: [root], disabled: ['a'] })
    expect(found.candidates.map(({ name }) => name)).toEqual(['b'])
    expect(found.inspected).toEqual([{ root, dependencies: 1 }])
  })
})

describe('where it looks', () => {
  test('dependencies, devDependencies and optionalDependencies; not peers', async () => {
    const root = await tempApp({
      'package.json': JSON.stringify({
        dependencies: { one: '1' },
        devDependencies: { two: '1', one: '1' },
        optionalDependencies: { three: '1' },
        peerDependencies: { four: '1' },
      }),
      ...Object.assign({}, ...['one', 'two', 'three', 'four'].map((name) => fixturePackage(name, builder))),
    })
    expect(await namesIn(root)).toEqual(['one', 'three', 'two'])
  })

  test('what is installed and declared by nobody is no plugin', async () => {
    const root = await project(['declared'], { ...fixturePackage('declared', builder), ...fixturePackage('transitive', builder) })
    expect(await namesIn(root)).toEqual(['declared'])
  })

  test('a node_modules further up, as in a workspace', async () => {
    const workspace = await tempApp({
      ...fixturePackage('acme', builder),
      'packages/app/package.json': JSON.stringify({ dependencies: { acme: '1' } }),
    })
    const { candidates } = await findPlugins({ roots: [join(workspace, 'packages/app')] })
    expect(candidates).toMatchObject([{ name: 'acme', directory: join(workspace, 'node_modules/acme') }])
  })

  test('the nearest node_modules wins over one further up', async () => {
    const workspace = await tempApp({
      ...fixturePackage('acme', builder),
      ...fixturePackage('acme', { manifest: { version: '2.0.0', keywords: ['hop3-builder'] }, at: 'app/node_modules/acme' }),
      'app/package.json': JSON.stringify({ dependencies: { acme: '2' } }),
    })
    expect((await findPlugins({ roots: [join(workspace, 'app')] })).candidates).toMatchObject([{ version: '2.0.0' }])
  })

  test('links, as in an isolated store: the directory is the real one', async () => {
    const store = 'node_modules/.pnpm/@acme+deno@1.0.0/node_modules/@acme/deno'
    const root = await project(['@acme/deno'], {
      ...fixturePackage('@acme/deno', { ...builder, at: store }),
      'node_modules/@acme/deno': { link: '../.pnpm/@acme+deno@1.0.0/node_modules/@acme/deno' },
    })
    const { candidates } = await findPlugins({ roots: [root] })
    expect(candidates).toMatchObject([{ name: '@acme/deno', directory: join(root, store), root }])
  })

  test('a link that leads nowhere counts as not installed', async () => {
    const root = await project(['acme', 'good'], {
      ...fixturePackage('good', builder),
      'node_modules/acme': { link: '../gone' },
    })
    expect(await namesIn(root)).toEqual(['good'])
  })

  test('an exports field that hides package.json hides nothing from discovery', async () => {
    const root = await project(['a', 'b'], {
      ...fixturePackage('a', { manifest: { keywords: ['hop3-builder'], exports: './index.js' } }),
      ...fixturePackage('b', { manifest: { keywords: ['hop3-builder'], exports: { '.': { import: './index.js' } } } }),
    })
    expect(await namesIn(root)).toEqual(['a', 'b'])
  })

  test('a root without a package.json, or with one that is damaged, is reported', async () => {
    const missing = await tempApp()
    const damaged = await tempApp({ 'package.json': '{ "dependencies": ' })
    const list = await tempApp({ 'package.json': '[]' })
    const { candidates, ignored, inspected } = await findPlugins({ roots: [missing, damaged, list] })
    expect(candidates).toEqual([])
    expect(ignored.map(({ name, stage }) => [name, stage])).toEqual([
      [missing, 'find'],
      [damaged, 'find'],
      [list, 'find'],
    ])
    expect(ignored.every(({ error }) => error.includes('package.json'))).toBe(true)
    expect(inspected.map(({ dependencies }) => dependencies)).toEqual([0, 0, 0])
  })

  test('dependencies that are no object are none', async () => {
    const root = await tempApp({ 'package.json': JSON.stringify({ dependencies: ['acme'], devDependencies: 'acme' }) })
    expect((await findPlugins({ roots: [root] })).inspected).toEqual([{ root, dependencies: 0 }])
  })

  test('a byte-order mark is not part of a manifest', async () => {
    const root = await tempApp({
      'package.json': `\ufeff${JSON.stringify({ dependencies: { acme: '1' } })}`,
      'node_modules/acme/package.json': '\ufeff{ "name": "acme", "keywords": ["hop3-builder"] }',
    })
    expect(await namesIn(root)).toEqual(['acme'])
  })

  test('a package whose manifest is damaged is reported, and the others are found', async () => {
    const root = await project(['bad', 'good'], { ...fixturePackage('good', builder), 'node_modules/bad/package.json': '{ oops' })
    const { candidates, ignored } = await findPlugins({ roots: [root] })
    expect(candidates.map(({ name }) => name)).toEqual(['good'])
    expect(ignored).toMatchObject([{ name: 'bad', stage: 'find', directory: join(root, 'node_modules/bad') }])
  })

  test('a package that is declared and not installed is no reason to stop', async () => {
    const root = await project(['hop3-gone', 'good'], fixturePackage('good', builder))
    expect(await namesIn(root)).toEqual(['good'])
  })

  test('an official strategy that is declared and not installed is reported, unless it may be left out', async () => {
    const names = (...list: readonly string[]) => Object.fromEntries(list.map((name) => [name, '1']))
    const root = await tempApp({
      'package.json': JSON.stringify({
        dependencies: names('@hop3/builder-docker', '@hop3/core', 'acme'),
        devDependencies: names('@hop3/deployer-swarm'),
        optionalDependencies: names('@hop3/proxy-nginx'),
      }),
    })
    const { candidates, ignored } = await findPlugins({ roots: [root] })
    expect(candidates).toEqual([])
    expect(ignored).toEqual([
      {
        name: '@hop3/builder-docker',
        directory: join(root, 'node_modules/@hop3/builder-docker'),
        stage: 'find',
        error: `${join(root, 'package.json')} declares it, and it is not installed: npm install --prefix ${root}`,
      },
    ])
  })

  test('runs no code of any package', async () => {
    const root = await project(
      ['acme'],
      fixturePackage('acme', { ...builder, entry: 'globalThis.hop3PluginRan = true; throw new Error()' }),
    )
    expect(await namesIn(root)).toEqual(['acme'])
    expect(globalThis).not.toHaveProperty('hop3PluginRan')
  })
})

describe('order and copies', () => {
  test('roots in the order given, names by code unit', async () => {
    const one = await project(['b', 'Z', 'a'], {
      ...fixturePackage('b', builder),
      ...fixturePackage('Z', builder),
      ...fixturePackage('a', builder),
    })
    const two = await project(['0'], fixturePackage('0', builder))
    expect((await findPlugins({ roots: [one, two] })).candidates.map(({ name }) => name)).toEqual(['Z', 'a', 'b', '0'])
    expect((await findPlugins({ roots: [two, one] })).candidates.map(({ name }) => name)).toEqual(['0', 'Z', 'a', 'b'])
  })

  test('the same package through two roots is one plugin, of the first', async () => {
    const one = await project(['acme'], fixturePackage('acme', builder))
    const two = await project(['acme'], { 'node_modules/acme': { link: join(one, 'node_modules/acme') } })
    const { candidates, ignored } = await findPlugins({ roots: [two, one] })
    expect(candidates).toMatchObject([{ name: 'acme', root: two, directory: await realpath(join(one, 'node_modules/acme')) }])
    expect(ignored).toEqual([])
  })

  test('of two copies the first root’s wins, and the other is said to be shadowed', async () => {
    const [one, two] = [await project(['acme'], fixturePackage('acme', builder)), await project(['acme'], fixturePackage('acme', builder))]
    const { candidates, ignored } = await findPlugins({ roots: [one, two] })
    expect(candidates).toMatchObject([{ root: one }])
    expect(ignored).toEqual([
      {
        name: 'acme',
        directory: join(two, 'node_modules/acme'),
        stage: 'shadowed',
        error: `shadowed by ${join(one, 'node_modules/acme')}`,
      },
    ])
  })

  test('the same root twice changes nothing', async () => {
    const root = await project(['acme'], fixturePackage('acme', builder))
    const { candidates, ignored } = await findPlugins({ roots: [root, root] })
    expect(candidates).toHaveLength(1)
    expect(ignored).toEqual([])
  })

  test('a thousand dependencies are inspected', async () => {
    const names = Array.from({ length: 1000 }, (_, index) => `dependency-${String(index).padStart(4, '0')}`)
    const files: Files = Object.assign(
      {},
      ...names.map((name, index) =>
        fixturePackage(name, { manifest: { keywords: index % 100 === 0 ? ['hop3-builder'] : [] }, entry: null }),
      ),
    )
    const root = await project(names, files)
    const { candidates, inspected } = await findPlugins({ roots: [root] })
    expect(candidates.map(({ name }) => name)).toEqual(names.filter((_, index) => index % 100 === 0))
    expect(inspected).toEqual([{ root, dependencies: 1000 }])
  })
})

function project(dependencies: readonly string[], files: Files = {}): Promise<string> {
  const declared = Object.fromEntries(dependencies.map((name) => [name, '1']))
  return tempApp({ 'package.json': JSON.stringify({ dependencies: declared }), ...files })
}

async function namesIn(root: string): Promise<readonly string[]> {
  return (await findPlugins({ roots: [root] })).candidates.map(({ name }) => name)
}
