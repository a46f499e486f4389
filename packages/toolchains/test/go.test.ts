import { testToolchain } from '@hop3/testing'
import { describe, expect, test } from 'vitest'
import { planOf, toolchainNamed, verdictOf } from './plan-app.ts'

const main = 'package main\n\nfunc main() {}\n'
const module = (text = ''): { 'go.mod': string } => ({ 'go.mod': `module example.com/shop\n\ngo 1.24\n${text}` })
const gin = 'require github.com/gin-gonic/gin v1.10.0\n'

testToolchain({
  factory: toolchainNamed('go'),
  accepts: { ...module(gin), 'go.sum': '', 'main.go': main },
  rejects: { ...module(), 'shop.go': 'package shop\n' },
  contradicts: { ...module(), 'cmd/one/main.go': main, 'cmd/two/main.go': main },
})

describe('which program', () => {
  test.each([
    ['the root', { 'main.go': main, 'cmd/seed/main.go': main }, '.', 'web'],
    ['a root of another file name', { 'start.go': main, 'start_test.go': 'package main_test\n' }, '.', 'web'],
    ['cmd itself', { 'cmd/main.go': main }, './cmd', 'web'],
    ['the only one in cmd', { 'cmd/http/main.go': main, 'cmd/shared/shared.go': 'package shared\n' }, './cmd/http', 'web'],
    ['the one named like the app', { 'cmd/shop/main.go': main, 'cmd/migrate/main.go': main }, './cmd/shop', 'web'],
    ['the one that says it serves', { 'cmd/server/main.go': main, 'cmd/migrate/main.go': main }, './cmd/server', 'web'],
    ['a directory of the root', { 'src/main.go': main }, './src', 'web'],
    [
      'not what only holds directives',
      { 'generate.go': `//go:generate go run ./tools\n\n${main}`, 'cmd/http/main.go': main },
      './cmd/http',
      'web',
    ],
    [
      'not what a tag of its own leaves out',
      { 'build.go': `//go:build ignore_build_go\n\n${main}`, 'cmd/http/main.go': main },
      './cmd/http',
      'web',
    ],
    [
      'what is compiled on Linux',
      { 'main.go': `//go:build !windows && (linux || darwin)\n\n${main}`, 'cmd/http/main.go': main },
      '.',
      'web',
    ],
    [
      'the one with a word that says it serves',
      { 'cmd/chat-server/main.go': main, 'cmd/chat-cli/main.go': main },
      './cmd/chat-server',
      'web',
    ],
    ['not what only generates code', { 'gen.go': `//go:build ignore\n\n${main}`, 'cmd/http/main.go': main }, './cmd/http', 'web'],
  ])('%s', async (_what, files, target, name) => {
    const plan = await planOf('go', { ...module(), ...files })
    expect(plan.decisions).toContainEqual(expect.objectContaining({ key: 'go.package', value: target }))
    expect(plan.phases['build']?.cmds).toEqual([expect.stringMatching(new RegExp(` -o bin/\\S+ ${target.replaceAll('.', '\\.')}$`))])
    expect(Object.keys(plan.processes)).toEqual([name])
  })

  const two = { ...module(), 'cmd/one/main.go': main, 'cmd/two/main.go': main }

  test('an option decides, and further ones become processes', async () => {
    const plan = await planOf('go', two, { options: { bin: 'two', bins: ['one'] } })
    expect(plan.processes).toEqual({ web: 'bin/two', one: 'bin/one' })
    expect(plan.phases['build']).toMatchObject({ outputs: ['bin/two', 'bin/one'] })
    expect((await planOf('go', two, { options: { package: './cmd/one/' } })).processes).toEqual({ web: 'bin/one' })
  })

  test('what the Procfile calls is built', async () => {
    const files = {
      ...two,
      'cmd/three/main.go': main,
      'cmd/four/main.go': main,
      Procfile: 'web: ./bin/two -http\nworker: bin/one\nrelease: bin/three up\n',
    }
    const { processes, phases, decisions } = await planOf('go', files)
    expect(processes).toEqual({ web: 'bin/two' })
    expect(decisions).toContainEqual({ key: 'go.package', value: './cmd/two', origin: 'Procfile:1' })
    expect(phases['build']).toMatchObject({ outputs: ['bin/two', 'bin/one', 'bin/three'] })
    expect((await planOf('go', files, { options: { bin: 'four' } })).processes).toEqual({ web: 'bin/four' })
  })

  test.each([
    [{}, 'config.go.several-mains', ['./cmd/one', './cmd/two'], '[build.go]\npackage = "./cmd/one"'],
    [{ bin: 'three' }, 'config.go.package', ['"three"'], 'one, two'],
    [{ package: '../elsewhere' }, 'config.go.package', ['"../elsewhere"'], './cmd/web'],
  ])('%j is an error that lists them', async (options, code, said, hint) => {
    const error = planOf('go', two, { options })
    await expect(error).rejects.toMatchObject({ code, hint: expect.stringContaining(hint) })
    for (const one of said) await expect(error).rejects.toThrow(one)
  })

  test('by its name only is announced', async () => {
    const plan = await planOf('go', { ...module(), 'cmd/api/main.go': `${main}\nimport "net/http"\n`, 'cmd/seed/main.go': main })
    expect(plan.warnings).toEqual(['./cmd/api is built, not ./cmd/seed: [build.go] bin = "…" decides.'])
  })
})

describe('modules', () => {
  test('are fetched by their manifests alone, and private ones by names', async () => {
    const { phases, runtime } = await planOf('go', { ...module(gin), 'go.sum': '', 'main.go': main })
    expect(phases['install']).toMatchObject({
      cmds: ['go mod download', expect.stringContaining('touch .hop3-tools/go-modules')],
      onlyIncludeFiles: ['go.mod', 'go.sum'],
      outputs: ['.hop3-tools/go-modules'],
      secrets: expect.arrayContaining(['GOPRIVATE', 'GONOSUMDB']),
    })
    expect(phases['build']).toMatchObject({
      cmds: ["go build -buildvcs=false -trimpath '-ldflags=-s -w' -o bin/shop ."],
      variables: { CGO_ENABLED: '0', GOFLAGS: '-mod=readonly -modcacherw' },
    })
    expect(runtime.envVars).toEqual({ GIN_MODE: 'release' })
  })

  test('of the standard library alone are not fetched', async () => {
    expect(Object.keys((await planOf('go', { ...module(), 'main.go': main })).phases)).toEqual(['build'])
  })

  test('that are vendored are used', async () => {
    const plan = await planOf('go', { ...module(gin), 'main.go': main, 'vendor/modules.txt': '' })
    expect(plan.phases).toEqual({ build: expect.objectContaining({ variables: { CGO_ENABLED: '0', GOFLAGS: '-mod=vendor' } }) })
  })

  test('a module a directory replaces is an input too', async () => {
    const files = {
      ...module('require (\n\texample.com/lib v1.0.0 // indirect\n)\nreplace example.com/lib => ./lib\n'),
      'lib/go.mod': 'module lib\n',
    }
    expect((await planOf('go', { ...files, 'main.go': main })).phases['install']?.onlyIncludeFiles).toEqual(['go.mod', 'lib/go.mod'])
  })

  test('without go.sum are warned of', async () => {
    const { warnings } = await planOf('go', { ...module(gin), 'main.go': main })
    expect(warnings).toEqual(['There is no go.sum, so the build will fail: run `go mod tidy` and commit it.'])
  })

  test('of a workspace are all inputs', async () => {
    const plan = await planOf('go', {
      'go.work': 'go 1.24.1\n\nuse (\n\t./api // serves\n\t"./lib"\n\t../outside\n)\n',
      'api/go.mod': `module example.com/api\ngo 1.24\n${gin}`,
      'api/go.sum': '',
      'api/main.go': main,
      'lib/go.mod': 'module example.com/lib\ngo 1.24\n',
    })
    expect(plan.phases['install']?.onlyIncludeFiles).toEqual(['go.work', 'api/go.mod', 'api/go.sum', 'lib/go.mod'])
    expect(plan.phases['build']?.cmds).toEqual([expect.stringMatching(/ -o bin\/api \.\/api$/)])
    expect(plan.versions).toEqual({ go: { version: '>=1.24.1', origin: 'go.work:1' } })
  })

  test('may be missing altogether', async () => {
    const plan = await planOf('go', { 'main.go': main, 'pages.go': main, 'pages_test.go': main })
    expect(plan.phases['build']).toMatchObject({
      cmds: ["go build -buildvcs=false -trimpath '-ldflags=-s -w' -o bin/shop main.go pages.go"],
      variables: { CGO_ENABLED: '0' },
    })
  })
})

test.each([
  [
    'go.mod',
    { ...module('require github.com/mattn/go-sqlite3 v1.14.0\n'), 'main.go': main },
    'go.mod requires github.com/mattn/go-sqlite3',
  ],
  ['the main file', { ...module(), 'main.go': 'package main\n\nimport "C"\n' }, 'main.go imports "C"'],
])('C is compiled where %s asks for it', async (_what, files, origin) => {
  const plan = await planOf('go', files)
  expect(plan.decisions).toContainEqual({ key: 'go.cgo', value: 'true', origin })
  expect(plan.phases).toMatchObject({ setup: { aptPkgs: ['gcc', 'libc6-dev'] }, build: { variables: { CGO_ENABLED: '1' } } })
})

describe('the version', () => {
  const versionOf = async (files: Record<string, string>, change = {}): Promise<unknown> =>
    (await planOf('go', { 'main.go': main, ...files }, change)).versions['go']

  test.each([
    ['the go line', { 'go.mod': 'module shop\n\ngo 1.23.4\n' }, '>=1.23.4', 'go.mod:3'],
    ['the toolchain line', { 'go.mod': 'module shop\r\ngo 1.23\r\ntoolchain go1.24.2\r\n' }, '>=1.24.2', 'go.mod:3'],
    ['no older toolchain line', { 'go.mod': 'module shop\ngo 1.24\ntoolchain go1.23.2\n' }, '>=1.24', 'go.mod:2'],
    ['.go-version', { ...module(), '.go-version': 'go1.25.1\n' }, '1.25.1', '.go-version:1'],
    ['.tool-versions', { ...module(), '.tool-versions': 'golang 1.25\n' }, '1.25', '.tool-versions:1'],
    ['mise.toml', { 'mise.toml': '[tools]\ngo = "1.25"\n' }, '1.25', 'mise.toml:2'],
  ])('of %s', async (_what, files, version, origin) => {
    expect(await versionOf(files)).toEqual({ version, origin })
  })

  test('asked for beats every file', async () => {
    const asked = { version: '1.26', origin: '--version' }
    expect(await versionOf({ ...module(), '.go-version': '1.25' }, { versions: { go: asked } })).toEqual(asked)
  })

  test.each([
    ['1.22', 'config.go.version-conflict', '.go-version:1 asks for go "1.22", but go.mod:3 allows only ">=1.24".'],
    ['latest', 'config.go.version', '.go-version:1 asks for Go "latest", which is not a version of Go.'],
  ])('%s in .go-version is an error', async (version, code, message) => {
    await expect(versionOf({ ...module(), '.go-version': version })).rejects.toMatchObject({ code, message })
  })
})

test('a library is refused with the reason, and taken when named', async () => {
  const library = { ...module(), 'shop.go': 'package shop\n' }
  expect(await verdictOf('go', library)).toMatchObject({ accepted: false, reason: expect.stringContaining('no package main') })
  expect(await verdictOf('go', library, { named: true })).toMatchObject({ accepted: true })
})

test('a port that no variable changes is warned of, with the line', async () => {
  const listen = (address: string): Record<string, string> => ({
    ...module(),
    'main.go': `package main\n\nfunc main() {\n\thttp.ListenAndServe(${address}, nil)\n}\n`,
  })
  expect((await planOf('go', listen('":8080"'))).warnings).toEqual([
    expect.stringMatching(/^main\.go:4 listens on port 8080, .*os\.Getenv\("PORT"\)/),
  ])
  expect((await planOf('go', listen('":" + os.Getenv("PORT")'))).warnings).toEqual([])
})
