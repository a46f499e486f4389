/** The real package managers, over the real registries. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { cacheOf, createFixture, hostPath, type Fixture } from './build-fixture.ts'

const required = process.env['HOP3_REQUIRE'] === 'all'
const path = `${hostPath}:${process.env['PATH'] ?? ''}`
/** How this machine reaches the registries. */
const reach = Object.fromEntries(
  Object.entries(process.env).filter((pair): pair is [string, string] =>
    /^(?:https?_proxy|no_proxy|SSL_CERT_|NODE_EXTRA_CA_CERTS|PIP_(?!CACHE)|UV_(?!CACHE)|npm_config_registry)/i.test(pair[0]),
  ),
)
const minute = 60_000

function missing(...command: readonly [string, ...string[]]): boolean {
  try {
    execFileSync(command[0], command.slice(1), { stdio: 'ignore', env: { PATH: path } })
    return false
  } catch {
    return !required
  }
}

async function buildTwice(app: Fixture, phase: object): Promise<string> {
  const plan = { phases: { install: { cmds: [], dependsOn: [], ...phase } } }
  const env = { env: { PATH: path, HOME: join(app.root, 'user'), ...reach } }
  const first = await app.build(plan, env)
  expect(cacheOf(first)).toMatchObject([{ outcome: 'miss', reasons: ['first build'] }])
  rmSync(dirname(first.location), { recursive: true })
  const second = await app.build(plan, env)
  expect(cacheOf(second)).toMatchObject([{ outcome: 'hit' }])
  expect(second.location).not.toBe(first.location)
  return second.location
}

function output(file: string, ...args: readonly string[]): string {
  return execFileSync(file, args, { encoding: 'utf8', env: { PATH: hostPath } })
}

describe('a cached output in another release', () => {
  it.skipIf(missing('python3', '-c', 'import ensurepip'))(
    'is a virtualenv made by venv and pip that works (needs python3-venv)',
    async () => {
      const app = createFixture({ 'requirements.txt': 'tabulate==0.9.0\n' })
      const phase = {
        cmds: ['python3 -m venv .venv', '.venv/bin/pip install -q -r requirements.txt'],
        onlyIncludeFiles: ['requirements.txt'],
        outputs: ['.venv'],
        cacheDirectories: ['~/.cache/pip'],
      }
      const location = await buildTwice(app, phase)
      expect(output(join(location, '.venv/bin/tabulate'), '--help')).toContain('Pretty-print tabular data')
      expect(output(join(location, '.venv/bin/pip'), '--version')).toContain(`from ${location}/.venv/`)
      const python = join(location, '.venv/bin/python')
      expect(output(python, '-c', 'import sys, tabulate; print(sys.prefix, tabulate.__file__)')).toMatch(
        new RegExp(`^${location}/.venv ${location}/.venv/lib/`),
      )
      // Python replaces compiled files instead of writing into them, so what is shared stays as it is.
      output(python, '-m', 'compileall', '-q', '-f', join(location, '.venv/lib'))
      expect(
        cacheOf(await app.build({ phases: { install: { dependsOn: [], ...phase } } }, { env: { PATH: path, HOME: app.root } })),
      ).toMatchObject([{ outcome: 'hit' }])
    },
    minute,
  )

  it.skipIf(missing('npm', '--version'))(
    'is a node_modules made by npm that works (needs npm)',
    async () => {
      const app = createFixture({ 'package.json': '{"name":"x","version":"1.0.0","dependencies":{"semver":"7.6.0"}}' })
      const phase = {
        cmds: ['npm install --no-audit --no-fund'],
        onlyIncludeFiles: ['package.json'],
        outputs: ['node_modules'],
        cacheDirectories: ['~/.npm'],
      }
      const location = await buildTwice(app, phase)
      expect(output(join(location, 'node_modules/.bin/semver'), '1.2.3', '-i', 'minor').trim()).toBe('1.3.0')
      expect(statSync(join(location, 'node_modules/semver/index.js')).nlink).toBe(2)
      expect(existsSync(join(app.cachePath, 'tools/npm'))).toBe(true)
    },
    minute,
  )

  it.skipIf(missing('uv', '--version'))(
    'is a virtualenv made by uv that works (needs uv)',
    async () => {
      const app = createFixture({ 'requirements.txt': 'tabulate==0.9.0\n' })
      const phase = { cmds: ['uv venv .venv', 'uv pip install -r requirements.txt'], outputs: ['.venv'], cacheDirectories: ['~/.cache/uv'] }
      const location = await buildTwice(app, phase)
      expect(readFileSync(join(location, '.venv/bin/tabulate'), 'utf8')).toContain(`${location}/.venv/bin/python`)
      expect(output(join(location, '.venv/bin/tabulate'), '--help')).toContain('Pretty-print tabular data')
    },
    minute,
  )
})
