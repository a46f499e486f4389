import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { buildContextFor, tempApp, testHost } from '@hop3/testing'
import { expect, it, onTestFinished } from 'vitest'
import { holdsCredentials } from '../src/credential-files.ts'
import { createSession } from '../src/session.ts'
import { readSource } from '../src/source.ts'

const key = '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n'

it.each<[path: string, text: string, isHeld: boolean]>([
  ['id_rsa', '', true],
  ['deploy/id_ed25519', '', true],
  ['id_rsa.pub', '', false],
  ['.netrc', '', true],
  ['.pypirc', '', true],
  ['config/master.key', '', true],
  ['config/credentials/production.key', '', true],
  ['tls/server.key', key, true],
  ['ca.pem', '-----BEGIN CERTIFICATE-----\n', false],
  ['.npmrc', 'registry=https://npm.example.com\n//npm.example.com/:_authToken=npm_abc\n', true],
  ['.npmrc', '_auth = "abc"\n', true],
  ['.npmrc', 'registry=https://npm.example.com\n//npm.example.com/:_authToken=${NPM_TOKEN}\n', false],
  ['.npmrc', 'registry=https://user:secret@npm.example.com\n', true],
  ['packages/a/.npmrc', 'save-exact=true\n', false],
  ['x.npmrc', '_auth = abc\n', false],
  ['.yarnrc.yml', 'npmAuthToken: abc\n', true],
  ['.yarnrc.yml', 'npmAuthToken: "${NPM_TOKEN}"\n', false],
  ['bunfig.toml', 'scopes = { a = { token = "abc", url = "x" } }\n', true],
  ['bunfig.toml', '[install.registry]\nurl = "https://npm.example.com"\ntoken = "$NPM_TOKEN"\n', false],
  ['auth.json', '{"http-basic": {"example.com": {"username": "a", "password": "b"}}}', true],
  ['auth.json', '{"pages": ["login"]}', false],
  ['pip.conf', '[global]\nindex-url = https://user:secret@pypi.example.com/simple\n', true],
  ['pip.conf', '[global]\nindex-url = https://pypi.example.com:8080/simple\n', false],
  ['.mvn/settings.xml', '<server><password>abc</password></server>', true],
  ['.mvn/settings.xml', '<server><password>${env.PASSWORD}</password></server>', false],
  ['.bundle/config', '---\nBUNDLE_GEMS__EXAMPLE__COM: "user:secret"\n', true],
  ['.bundle/config', '---\nBUNDLE_PATH: "vendor/bundle"\n', false],
])('%s %j', (path, text, isHeld) => {
  const directory = mkdtempSync(join(tmpdir(), 'hop3-credentials-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  mkdirSync(dirname(join(directory, path)), { recursive: true })
  writeFileSync(join(directory, path), text)
  expect(holdsCredentials(path, join(directory, path))).toBe(isHeld)
})

it('keeps them from the source that Nix sees', async () => {
  const files = { 'hop3.nix': '{ }', '.npmrc': '_auth=abc', 'config/master.key': '1', 'auth.json/x': '1' }
  const context = await buildContextFor(await testHost(), { sourcePath: await tempApp(files) })
  const { entries, credentials } = await readSource(await createSession(context))
  expect(credentials).toEqual(['.npmrc', 'config/master.key'])
  expect(entries.map(({ path }) => path)).toEqual(['auth.json', 'auth.json/x', 'config', 'hop3.nix'])
})
