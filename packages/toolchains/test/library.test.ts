/** Packages that other packages import are no apps; programs that hardly look like servers are. */
import type { Files } from '@hop3/testing'
import { describe, expect, it } from 'vitest'
import { planOf, verdictOf } from './plan-app.ts'

const npm = (data: object, files: Files = {}): Files => ({ 'package.json': JSON.stringify(data), ...files })
const build = { scripts: { build: 'tsc' } }

describe('a library is refused with the key that says so', () => {
  it.each<[key: string, files: Files]>([
    ['exports', npm({ ...build, exports: './dist/index.js' })],
    ['module', npm({ module: 'index.mjs', dependencies: { a: '1' } }, { 'index.mjs': 'export const one = 1' })],
    ['types', npm({ types: 'index.d.ts', main: 'index.js' }, { 'index.js': 'module.exports = {}' })],
    ['bin', npm({ ...build, bin: 'dist/cli.js' })],
    ['main', npm({ ...build, main: './dist/index.js' })],
    ['index.js', npm({ dependencies: { a: '1' } }, { 'index.js': "module.exports = require('./lib/x')\n", 'lib/x.js': 'exports.a = 1\n' })],
    ['main', npm({ main: './lib/cors.js' }, { 'lib/cors.js': 'function cors(o) {}\nmodule.exports = cors\n' })],
    ['index.js', npm({}, { 'index.js': '/**\n * app.listen(80)\n */\nvar color = process.env.NO_COLOR\nmodule.exports = morgan\n' })],
    ['main', npm({ main: 'x.js' }, { 'x.js': ";(function () {\n  if (typeof module == 'object') free.exports = _\n}.call(this))\n" })],
    ['exports', npm({ scripts: { build: 'webpack' }, exports: './dist/x.js', devDependencies: { webpack: '5' } })],
    ['exports', npm({ scripts: { build: 'vite build' }, exports: './dist/x.js', devDependencies: { vite: '8' } })],
    ['exports', npm({ scripts: { build: 'rslib build' }, exports: './dist/x.js', devDependencies: { '@rsbuild/core': '1' } })],
    [
      'exports',
      npm(
        { scripts: { build: 'vite build' }, exports: './dist/x.js', devDependencies: { vite: '8' } },
        { 'index.html': '', 'vite.config.ts': 'export default { build: { lib: { entry: "x.ts" } } }' },
      ),
    ],
  ])('%s: %j', async (key, files) => {
    expect(await verdictOf('node', files)).toMatchObject({
      accepted: false,
      reason: expect.stringMatching(new RegExp(`^package.json is a library's: it has ${key}, and nothing that starts`)),
    })
  })
})

describe('an app is accepted', () => {
  it.each<[what: string, files: Files]>([
    ['with a start script', npm({ ...build, scripts: { start: 'node x.js' }, exports: './x.js' })],
    ['with a server file', npm({ ...build, main: 'dist/index.js', exports: './x.js' }, { 'server.js': '' })],
    [
      'whose index.js listens',
      npm({ exports: './index.js', main: 'index.js' }, { 'index.js': 'require("http").createServer(f).listen(1)' }),
    ],
    ['that makes a site', npm({ scripts: { build: 'vite build' }, types: 'x', devDependencies: { vite: '8' } }, { 'index.html': '' })],
    ['with a main file, which may be a bot', npm({ main: 'bot.js' }, { 'bot.js': 'client.login()' })],
    ['whose main exports an app', npm({ main: 'x.js' }, { 'x.js': 'const app = express()\nmodule.exports = app\n' })],
    ['whose main passes on what listens', npm({}, { 'index.js': "module.exports = require('./b')\n", 'b/index.js': 'x.listen(1)\n' })],
    ['whose main does something, too', npm({ main: 'x.js' }, { 'x.js': 'client.login(process.env.TOKEN)\nmodule.exports = client\n' })],
    ['that is private and exports', npm({ private: true, main: 'x.js' }, { 'x.js': 'exports.a = 1\n' })],
    ['that is private and builds', npm({ ...build, private: true, main: 'dist/index.js' })],
  ])('%s', async (_what, files) => {
    expect(await verdictOf('node', files)).toMatchObject({ accepted: true })
  })

  it('where the configuration names it', async () => {
    expect(await verdictOf('node', npm({ ...build, exports: './x.js' }), { named: true })).toMatchObject({ accepted: true })
  })
})

describe('a program that shows nothing of a server is warned of', () => {
  const go = (main: string, more = ''): Files => ({
    'go.mod': `module example.com/tool\n\ngo 1.24\n${more}`,
    'go.sum': '',
    'main.go': `package main\n${main}\nfunc main() {}\n`,
  })
  const rust = (main: string, dependencies = ''): Files => ({
    'Cargo.toml': `[package]\nname = "tool"\nversion = "0.1.0"\n[dependencies]\n${dependencies}`,
    'Cargo.lock': '',
    'src/main.rs': main,
  })
  it.each<[language: string, files: Files, isWarned: boolean]>([
    ['go', go('import "fmt"'), true],
    ['go', go('import "net/http"'), false],
    ['go', go('import "example.com/tool/internal"'), false],
    ['go', go('', 'require github.com/labstack/echo/v4 v4.1.0\n'), false],
    ['rust', rust('fn main() {}'), true],
    ['rust', rust('fn main() {}', 'axum = "0.8"\n'), false],
    ['rust', rust('mod server;\nfn main() {}'), false],
    ['rust', rust('use std::net::TcpListener;\nfn main() {}'), false],
  ])('%s, %j: %j', async (language, files, isWarned) => {
    const { warnings } = await planOf(language, files)
    expect(warnings.filter((one) => one.startsWith('Nothing shows that `bin/tool` listens'))).toHaveLength(isWarned ? 1 : 0)
  })
})

describe('of several programs of Go', () => {
  const main = 'package main\n\nfunc main() {}\n'
  const module = { 'go.mod': 'module example.com/shop\n\ngo 1.24\n' }

  it('the one that is built is the evidence', async () => {
    const files = { ...module, 'cmd/migrate/main.go': main, 'cmd/shop/main.go': main }
    expect(await verdictOf('go', files)).toMatchObject({ evidence: ['go.mod', 'cmd/shop/main.go'] })
  })

  it('none is where none can be told, and the hint names one that may serve', async () => {
    const files = { ...module, 'cmd/migrate/main.go': main, 'cmd/storefront/main.go': main }
    expect(await verdictOf('go', files)).toMatchObject({
      accepted: true,
      evidence: ['go.mod'],
      reason: 'it has the programs ./cmd/migrate, ./cmd/storefront',
    })
    await expect(planOf('go', files)).rejects.toMatchObject({ hint: expect.stringContaining('package = "./cmd/storefront"') })
  })
})
