import { silentLog, type ToolchainContext, type ToolchainFactory } from '@hop3/core'
import { tempApp, type Files } from '@hop3/testing'
import { describe, expect, test } from 'vitest'
import { createSourceFilter, planApp, readAppConfig, resolveRuntime } from '../src/index.ts'
import { rejectionOf } from './error-of.ts'

/** Accepts where there is a package.json, and starts what has a `start`; remembers what it was asked with. */
function nodeLike(seen: ToolchainContext[] = []): ToolchainFactory {
  return {
    name: 'node',
    specificity: 'inferred',
    create: (context) => {
      seen.push(context)
      const path = context.root === '' ? 'package.json' : `${context.root}/package.json`
      return {
        name: 'node',
        accept: async () =>
          (await context.source.hasFile(path)) ? { accepted: true, reason: `there is ${path}` } : { accepted: false, reason: `no ${path}` },
        plan: async () => {
          const isStarted = (await context.source.readText(path))?.includes('start') ?? false
          return {
            kind: 'node',
            phases: { install: { cmds: ['npm ci'], outputs: ['node_modules'] } },
            processes: isStarted ? { web: 'node server.js' } : {},
            versions: {},
            runtime: { pathPrepend: ['node_modules/.bin'] },
            exclude: ['/node_modules'],
            decisions: [],
            warnings: [],
          }
        },
      }
    },
  }
}

const server = '{"scripts":{"start":"node server.js"}}'

async function plan(files: Files, seen: ToolchainContext[] = []) {
  const sourcePath = await tempApp(files)
  const config = await readAppConfig({ sourcePath })
  return planApp({ appName: 'shop', sourcePath, config, toolchains: [nodeLike(seen)], log: silentLog })
}

const rooted = (root: string): Files => ({ 'hop3.toml': `[build]\nroot = ${JSON.stringify(root)}\n` })

describe('[build] root', () => {
  test('without a workspace: its directory is planned as if it were the source', async () => {
    const seen: ToolchainContext[] = []
    const planned = await plan(
      {
        ...rooted('./apps/web/'),
        'apps/web/package.json': server,
        'apps/web/Procfile': 'web: node server.js\nworker: node work.js\n',
        Procfile: 'clock: tick\n',
      },
      seen,
    )
    expect(planned).toMatchObject({
      base: 'apps/web',
      kind: 'node',
      runtime: { workers: { web: 'node server.js', worker: 'node work.js' } },
    })
    expect(planned.plan).not.toHaveProperty('root')
    expect(planned.runtime.workers).not.toHaveProperty('clock')
    expect(seen.every(({ root }) => root === '')).toBe(true)
    expect(resolveRuntime(planned, '/r/source').workingDir).toBe('/r/source')
  })

  test.each<[string, Files]>([
    ['npm', { 'package.json': '{"workspaces":["apps/*"]}' }],
    ['yarn', { 'package.json': '{"workspaces":{"packages":["apps/**","!apps/old"]}}' }],
    [
      'pnpm',
      { 'package.json': '{}', 'pnpm-workspace.yaml': '# all\npackages:\n  - \'packages/*\'\n  - "apps/*" # web\ncatalog:\n  a: 1\n' },
    ],
    ['pnpm in one line', { 'package.json': '{}', 'pnpm-workspace.yaml': 'packages: ["packages/*", apps/*]\n' }],
    ['Cargo', { 'Cargo.toml': '[workspace]\nmembers = ["apps/{api,web}"]\n', 'apps/web/Cargo.toml': '' }],
    ['uv', { 'pyproject.toml': '[tool.uv.workspace]\nmembers = ["apps/w*b"]\n', 'apps/web/pyproject.toml': '' }],
    ['Go', { 'go.work': 'go 1.24\n\nuse (\n\t./lib // shared\n\t./apps/web\n)\n', 'apps/web/go.mod': '' }],
    ['Deno', { 'deno.json': '{ "workspace": ["./apps/web", "./lib",] } // all', 'apps/web/deno.jsonc': '{}' }],
    ['Deno, with members', { 'deno.jsonc': '{ "workspace": { "members": ["./apps/*"] } }', 'apps/web/deno.json': '{}' }],
  ])('in a workspace of %s: the whole source, and toolchains learn where the app is', async (_what, files) => {
    const seen: ToolchainContext[] = []
    const planned = await plan({ ...rooted('apps/web'), 'apps/web/package.json': server, ...files }, seen)
    expect(planned).toMatchObject({ base: '', plan: { root: 'apps/web' }, runtime: { workers: { web: 'node server.js' } } })
    expect(seen.every(({ root }) => root === 'apps/web')).toBe(true)
    expect(resolveRuntime(planned, '/r/source')).toMatchObject({
      workingDir: '/r/source/apps/web',
      pathPrepend: ['/r/source/node_modules/.bin'],
    })
  })

  test('a workspace below the root of the source is what is built; one that leaves the app out is none', async () => {
    const inner = await plan({
      ...rooted('js/apps/web'),
      'js/package.json': '{"workspaces":["apps/*"]}',
      'js/apps/web/package.json': server,
    })
    expect([inner.base, inner.plan.root]).toEqual(['js', 'apps/web'])
    const left = await plan({
      ...rooted('apps/web'),
      'package.json': '{"workspaces":["apps/*","!apps/web"]}',
      'apps/web/package.json': server,
    })
    expect([left.base, left.plan.root]).toEqual(['apps/web', undefined])
  })

  test.each<[string, Files, string]>([
    ['nothing', {}, 'config.root'],
    ['a file', { 'apps/web': 'x' }, 'config.root'],
  ])('that is %s is refused, with where it was written', async (_what, files, code) => {
    expect(await rejectionOf(plan({ ...rooted('apps/web'), ...files }))).toMatchObject({
      code,
      message: expect.stringContaining('hop3.toml:2:1'),
    })
  })

  test('of a plan file is named where it was written, when it leads out', async () => {
    expect(await rejectionOf(plan({ 'nixpacks.toml': '\nroot = ".."\n' }))).toMatchObject({
      code: 'config.path-outside',
      message: expect.stringMatching(/^nixpacks\.toml:2:1: "\.\."/),
    })
  })

  test.each(['../x', '/etc', 'a/../../b', '', 'a\\b'])('%j is no directory inside the source', async (root) => {
    expect(await rejectionOf(plan(rooted(root)))).toMatchObject({
      code: 'config.invalid',
      message: expect.stringContaining('must be a directory inside the source'),
    })
  })

  test('"." is the source itself', async () => {
    expect(await plan({ ...rooted('./'), 'package.json': server })).toMatchObject({ base: '', kind: 'node' })
  })

  test('ignore files above it hold for it', async () => {
    const sourcePath = await tempApp({ '.gitignore': 'dist\n/apps/web/tmp\n', 'apps/web/.gitignore': 'log\n' })
    const filter = await createSourceFilter({
      sourcePath,
      base: 'apps/web',
      config: await readAppConfig({ sourcePath }),
      exclude: ['/node_modules'],
    })
    expect(
      [
        ['dist', true],
        ['tmp', true],
        ['log', true],
        ['node_modules', true],
        ['src', true],
        ['a/node_modules', true],
      ].map(([path, is]) => filter(String(path), Boolean(is))),
    ).toEqual([false, false, false, false, true, true])
  })
})

describe('the root of a monorepo', () => {
  test('is no app: those below it are listed, with the line that picks one', async () => {
    const files = {
      'package.json': '{"workspaces":["apps/*","packages/*"]}',
      'apps/web/package.json': server,
      'apps/api/package.json': server,
      'packages/ui/package.json': '{}',
    }
    const error = await rejectionOf(plan(files))
    expect(error).toMatchObject({ code: 'config.no-app', hint: expect.stringContaining('[build] root = "apps/api"') })
    expect(error.message).toContain('apps/web')
    expect(error.message).not.toContain('packages/ui')
  })

  test('is not that of a library with fixtures, unless the workspace has them as members', async () => {
    const files = {
      'lib/package.json': server,
      'fixtures/package.json': server,
      'testdata/package.json': server,
      'spec/package.json': server,
    }
    expect((await plan(files)).kind).toBe('')
    const error = await rejectionOf(plan({ ...files, 'package.json': '{"workspaces":["lib"]}' }))
    expect(error.details['apps']).toEqual([{ directory: 'lib', toolchain: 'node' }])
  })

  test('that a toolchain takes may be the app all the same: how it starts may be said, too', async () => {
    const error = await rejectionOf(plan({ 'package.json': '{}', 'shop/package.json': server }))
    expect(error.message).toMatch(
      /^Nothing says how the root of \S+ starts \(node: there is package\.json\), but there is one app below it:/,
    )
    expect(error.hint).toMatch(/`\[build\] root = "shop"`; or in Procfile what starts the root: `web: …`\.$/)
  })

  test.each([
    ['files', 300, (at: number) => `a${at}.md`],
    ['directories', 150, (at: number) => `packages/a${at}/README.md`],
  ])('is found below many %s', async (_what, count, path) => {
    const many = Object.fromEntries(Array.from({ length: count }, (_, at) => [path(at), '']))
    const error = await rejectionOf(plan({ ...many, 'packages/web/package.json': server, 'web/package.json': server }))
    expect(error.details['apps']).toEqual(['packages/web', 'web'].map((directory) => ({ directory, toolchain: 'node' })))
    expect(error.message).not.toContain('were looked at')
  })

  test('says where it did not look at all directories', async () => {
    const many = Object.fromEntries(Array.from({ length: 250 }, (_, at) => [`packages/z${at}/README.md`, '']))
    const error = await rejectionOf(plan({ ...many, 'apps/web/package.json': server }))
    expect(error.message).toMatch(/apps\/web .*\n {2}\(Of many directories the first 200 were looked at\.\)$/)
  })

  test('lists none that the workspace takes out again, in the order it says so', async () => {
    const files = { 'apps/web/package.json': server, 'apps/old/package.json': server }
    const left = await rejectionOf(plan({ ...files, 'package.json': '{"workspaces":["apps/*","!apps/old"]}' }))
    expect(left.details['apps']).toEqual([{ directory: 'apps/web', toolchain: 'node' }])
    const again = await rejectionOf(plan({ ...files, 'package.json': '{"workspaces":["!apps/old","apps/*"]}' }))
    expect(again.details['apps']).toHaveLength(2)
  })

  test.each<[string, Files]>([
    ['npm', { 'package.json': '{"workspaces":["apps/*"]}' }],
    ['pnpm', { 'package.json': '{}', 'pnpm-workspace.yaml': 'packages:\n  - apps/*\n' }],
  ])('lists the member of %s that is called docs, and no docs beside the workspace', async (_what, files) => {
    const apps = { 'apps/web/package.json': server, 'apps/docs/package.json': server, 'docs/package.json': server }
    const error = await rejectionOf(plan({ ...apps, ...files }))
    expect(error.details['apps']).toEqual(['apps/docs', 'apps/web'].map((directory) => ({ directory, toolchain: 'node' })))
  })

  test('without any manifest in the root as well', async () => {
    const error = await rejectionOf(plan({ 'README.md': '', 'backend/package.json': server, 'services/mail/package.json': server }))
    expect(error.details['apps']).toEqual([
      { directory: 'services/mail', toolchain: 'node' },
      { directory: 'backend', toolchain: 'node' },
    ])
  })

  test('a source with libraries only, or nothing at all, is as it was', async () => {
    expect((await plan({ 'README.md': '' })).kind).toBe('')
    expect((await plan({ 'packages/ui/package.json': '{}' })).kind).toBe('')
  })

  test('looks at 200 directories at most', async () => {
    const files = Object.fromEntries(Array.from({ length: 250 }, (_, index) => [`apps/a${index}/package.json`, server]))
    const error = await rejectionOf(plan(files))
    expect(error.message).toContain('there are 200 apps below it')
    expect(error.message).toContain('\n  and 150 more\n')
  })

  test('what says how it is run is an app', async () => {
    expect((await plan({ Procfile: 'web: ./serve\n', 'apps/web/package.json': server })).runtime.workers).toEqual({ web: './serve' })
  })
})
