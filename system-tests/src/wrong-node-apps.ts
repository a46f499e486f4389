/** Node apps whose manifest or lock file cannot be used. */
import { truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { answering, type WrongInput } from './wrong-input.ts'

const server = { 'server.js': answering('v2') }
const packageJson = (rest: object): string => JSON.stringify({ name: 'wrong', private: true, ...rest })
const start = { scripts: { start: 'node server.js' } }

/** Holds what no row's `files` can: they are texts. */
const withPackageJson =
  (write: (path: string) => Promise<void>): NonNullable<WrongInput['prepare']> =>
  async ({ source }) => {
    await write(join(source, 'package.json'))
    return async () => {}
  }

export const wrongNodeApps: readonly WrongInput[] = [
  {
    name: 'a package.json that is no object',
    files: { ...server, 'package.json': '["start"]\n' },
    exitCode: 10,
    code: 'config.node.package-json',
    message: ['package.json:1:1', 'must hold an object', 'a list'],
    hint: 'npm init',
  },
  {
    name: 'a package.json of 50 MB',
    files: server,
    prepare: withPackageJson(async (path) => {
      await writeFile(path, '')
      await truncate(path, 50_000_000)
    }),
    exitCode: 10,
    code: 'config.too-large',
    message: ['package.json', 'larger than 4 MiB'],
    hint: 'a few kilobytes',
  },
  {
    name: 'a package.json in UTF-16',
    files: server,
    prepare: withPackageJson((path) => writeFile(path, Buffer.from(`\ufeff${packageJson(start)}`, 'utf16le'))),
    exitCode: 10,
    code: 'config.unreadable',
    message: ['package.json', 'UTF-16'],
    hint: 'iconv -f utf-16 -t utf-8 package.json',
  },
  {
    name: 'a directory named package.json',
    files: { ...server, 'package.json/index.js': '' },
    exitCode: 10,
    code: 'config.unreadable',
    message: ['package.json', 'it is a directory'],
    hint: 'mv package.json package.json.old',
  },
  {
    name: 'a package.json whose name has another case',
    files: { ...server, 'Package.json': packageJson(start) },
    exitCode: 20,
    code: 'select.builder.none',
    message: ['node: no package.json: Package.json is another name'],
    hint: 'hop3 detect',
  },
  {
    name: 'a start script that is a number',
    files: { ...server, 'package.json': '{\n  "scripts": {\n    "start": 3000\n  }\n}\n' },
    exitCode: 10,
    code: 'config.invalid',
    message: ['package.json:3:5', 'scripts.start must be a string', '3000'],
    hint: '"start": "node server.js"',
  },
  {
    name: 'lock files of two package managers',
    files: { ...server, 'package.json': packageJson(start), 'yarn.lock': '', 'package-lock.json': '{}' },
    exitCode: 10,
    code: 'config.node.two-lockfiles',
    message: ['package-lock.json and yarn.lock'],
    hint: 'git rm yarn.lock',
  },
  {
    name: 'a lock file that does not fit package.json',
    files: {
      ...server,
      'package.json': packageJson({ ...start, dependencies: { thing: 'file:./thing' } }),
      'package-lock.json': JSON.stringify({ name: 'wrong', lockfileVersion: 3, requires: true, packages: { '': { name: 'wrong' } } }),
      'thing/package.json': JSON.stringify({ name: 'thing', version: '1.0.0' }),
    },
    exitCode: 30,
    code: 'build.phase-failed',
    message: ['"npm ci" exited with 1', 'Missing: thing@1.0.0 from lock file'],
    hint: 'Bring package-lock.json up to date where the source is, with `npm install`',
  },
  {
    name: 'a workspace without an app in its root',
    files: {
      'package.json': packageJson({ workspaces: ['apps/*'], scripts: { build: 'turbo run build' } }),
      'apps/web/package.json': packageJson(start),
      'apps/api/package.json': packageJson(start),
      'apps/web/server.js': answering('v2'),
    },
    exitCode: 10,
    code: 'config.no-app',
    message: ['there are 2 apps below it', 'apps/api', 'apps/web'],
    hint: '[build] root = "apps/api"',
  },
]
