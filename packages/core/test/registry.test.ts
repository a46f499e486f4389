import { fixturePackage, tempApp, type Files } from '@hop3/testing'
import { describe, expect, test } from 'vitest'
import { createRegistry, definePlugin, findPlugins, isHop3Error, type BuilderFactory, type Registry } from '../src/index.ts'

describe('a registry', () => {
  test('offers what the packages export, in the order of discovery', async () => {
    const registry = await registryOf({ b: { builders: ['second'] }, a: { builders: ['first'], proxies: ['door'] } })
    expect((await registry.builders()).map(({ name }) => name)).toEqual(['first', 'second'])
    expect((await registry.proxies()).map(({ name }) => name)).toEqual(['door'])
    expect(await registry.deployers()).toEqual([])
    expect(registry.ignored()).toEqual([])
  })

  test('imports nothing before a role is asked for, and then only packages of that role', async () => {
    const ran = (name: string): string => `globalThis.hop3Ran = [...(globalThis.hop3Ran ?? []), '${name}'];`
    const registry = await registryOf({ a: { builders: ['one'], code: ran('a') }, b: { proxies: ['two'], code: ran('b') } })
    expect(globalThis).not.toHaveProperty('hop3Ran')
    await registry.proxies()
    expect(globalThis).toHaveProperty('hop3Ran', ['b'])
    await registry.builders()
    await registry.builders()
    expect(globalThis).toHaveProperty('hop3Ran', ['b', 'a'])
    Reflect.deleteProperty(globalThis, 'hop3Ran')
  })

  test('gives the same order to those who ask at the same time, however long imports take', async () => {
    const wait = 'await new Promise((resolve) => setTimeout(resolve, 50));'
    const registry = await registryOf({ a: { builders: ['slow'], code: wait }, b: { builders: ['quick'] } })
    const asked = await Promise.all([registry.builders(), registry.builders()])
    expect(asked.map((one) => one.map(({ name }) => name))).toEqual([
      ['slow', 'quick'],
      ['slow', 'quick'],
    ])
  })

  test('goes on without a plugin that is broken, and says why', async () => {
    const registry = await registryOf({ a: { builders: ['one'], code: "throw new Error('no license');" }, b: { builders: ['two'] } })
    expect((await registry.builders()).map(({ name }) => name)).toEqual(['two'])
    expect(registry.ignored()).toMatchObject([{ name: 'a', stage: 'import', error: 'no license' }])
  })

  test('refuses two packages that offer one name, naming both', async () => {
    const registry = await registryOf({ '@a/docker': { builders: ['docker'] }, 'b-docker': { builders: ['docker'] } })
    const error: unknown = await registry.builders().catch((thrown: unknown) => thrown)
    expect(isHop3Error(error)).toBe(true)
    expect(error).toMatchObject({ code: 'plugin.duplicate', details: { strategy: 'docker', packages: ['@a/docker', 'b-docker'] } })
    expect(error).toHaveProperty('message', expect.stringMatching(/@a\/docker.*b-docker/))
    expect(error).toHaveProperty('hint', expect.stringContaining('b-docker'))
  })

  test('takes one name in two roles', async () => {
    const registry = await registryOf({ a: { builders: ['docker'] }, b: { proxies: ['docker'] } })
    expect(await registry.builders()).toHaveLength(1)
    expect(await registry.proxies()).toHaveLength(1)
  })

  test('puts plugins given by an embedder first', async () => {
    const found = await findPlugins({ roots: [await rootWith({ a: { builders: ['found'] } })] })
    const registry = createRegistry({ found, plugins: { mine: definePlugin({ protocol: 1, builders: [builder('given')] }) } })
    expect((await registry.builders()).map(({ name }) => name)).toEqual(['given', 'found'])
  })

  test('needs neither discovery nor plugins', async () => {
    const registry = createRegistry({})
    expect(await registry.builders()).toEqual([])
    expect(await registry.describe()).toEqual([])
  })

  test('a plugin with its own copy of core works: nothing depends on identity', async () => {
    const code = "const brand = Symbol.for('hop3.error');"
    const registry = await registryOf({
      a: { builders: ['one'], code, create: "() => { throw Object.assign(new Error('x'), { [brand]: true, code: 'build.x' }) }" },
    })
    const [factory] = await registry.builders()
    expect(isHop3Error(thrownBy(() => factory?.create(Object.create(null))))).toBe(true)
  })
})

describe('the description of what was found', () => {
  test('tells of loaded, broken, shadowed and unreadable packages', async () => {
    const one = await rootWith(
      { good: { builders: ['one'] }, old: { builders: ['two'], protocol: 0 } },
      { 'node_modules/bad/package.json': '{' },
      ['bad'],
    )
    const two = await rootWith({ good: { builders: ['one'] } })
    const registry = createRegistry({ found: await findPlugins({ roots: [one, two] }) })
    const described = await registry.describe()
    expect(described.map(({ name, state }) => [name, state])).toEqual([
      ['good', 'loaded'],
      ['old', 'ignored'],
      ['bad', 'ignored'],
      ['good', 'ignored'],
    ])
    expect(described[0]).toMatchObject({ version: '1.0.0', root: one, strategies: ['builder one'], reason: '' })
    expect(described[1]?.reason).toMatch(/^protocol: .*0/)
    expect(described[2]?.reason).toMatch(/^find: /)
    expect(described[3]?.reason).toMatch(/^shadowed: /)
  })

  test('names every strategy of a package', async () => {
    const registry = await registryOf({ a: { builders: ['x', 'y'], deployers: ['x'], toolchains: ['t'], proxies: ['p'] } })
    expect((await registry.describe())[0]?.strategies).toEqual(['builder x', 'builder y', 'deployer x', 'toolchain t', 'proxy p'])
  })

  test('names the plugins an embedder gave', async () => {
    const registry = createRegistry({ plugins: { mine: definePlugin({ protocol: 1, builders: [builder('given')] }) } })
    expect(await registry.describe()).toMatchObject([{ name: 'mine', state: 'loaded', strategies: ['builder given'] }])
  })
})

function thrownBy(work: () => unknown): unknown {
  try {
    return { returned: work() }
  } catch (thrown) {
    return thrown
  }
}

interface Fixture {
  readonly builders?: readonly string[]
  readonly deployers?: readonly string[]
  readonly toolchains?: readonly string[]
  readonly proxies?: readonly string[]
  readonly protocol?: number
  /** Runs on import. */
  readonly code?: string
  readonly create?: string
}

async function registryOf(packages: Readonly<Record<string, Fixture>>): Promise<Registry> {
  return createRegistry({ found: await findPlugins({ roots: [await rootWith(packages)] }) })
}

function rootWith(packages: Readonly<Record<string, Fixture>>, more: Files = {}, declared: readonly string[] = []): Promise<string> {
  const dependencies = Object.fromEntries([...Object.keys(packages), ...declared].map((name) => [name, '1']))
  const files = Object.entries(packages).map(([name, fixture]) => {
    const roles = (['builders', 'deployers', 'toolchains', 'proxies'] as const).filter((role) => fixture[role] !== undefined)
    const keywords = roles.map(
      (role) => ({ builders: 'hop3-builder', deployers: 'hop3-deployer', toolchains: 'hop3-toolchain', proxies: 'hop3-proxy' })[role],
    )
    return fixturePackage(name, { manifest: { keywords }, entry: entryOf(fixture, roles) })
  })
  return tempApp({ 'package.json': JSON.stringify({ dependencies }), ...Object.assign({}, ...files), ...more })
}

function entryOf(fixture: Fixture, roles: readonly ('builders' | 'deployers' | 'toolchains' | 'proxies')[]): string {
  const { protocol = 1, code = '', create = '() => ({})' } = fixture
  const lists = roles.map(
    (role) => `${role}: [${(fixture[role] ?? []).map((name) => `{ name: '${name}', create: ${create} }`).join(', ')}]`,
  )
  return `${code}\nexport default { protocol: ${protocol}, ${lists.join(', ')} }\n`
}

function builder(name: string): BuilderFactory {
  return {
    name,
    specificity: 'inferred',
    create: () => ({
      name,
      accept: async () => ({ accepted: false, reason: 'a fixture' }),
      build: () => Promise.reject(new Error('a fixture')),
    }),
  }
}
