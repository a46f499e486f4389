import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { tempApp, testHost } from '@hop3/testing'
import { expect, test } from 'vitest'
import { credentialsFor } from '@hop3/core/docker'

const registry = 'registry.example.com:5000'
const auth = Buffer.from('me:pass:word').toString('base64')
const mine = { username: 'me', secret: 'pass:word' }
const hub = 'https://index.docker.io/v1/'

/** A helper that has credentials of that registry alone. */
const helper = `#!/bin/sh
read server
[ "$1 $server" = "get ${registry}" ] || { echo "credentials not found in native keychain"; exit 1; }
echo "{\\"Username\\":\\"<token>\\",\\"Secret\\":\\"a-token$AWS_PROFILE\\"}"
`

async function found(server: string, config: object | string, loginEnv?: Readonly<Record<string, string>>) {
  const home = await tempApp()
  const { run } = await testHost()
  await mkdir(join(home, '.docker'))
  await writeFile(join(home, '.docker/config.json'), typeof config === 'string' ? config : JSON.stringify(config))
  await writeFile(join(home, 'docker-credential-hop3test'), helper)
  await chmod(join(home, 'docker-credential-hop3test'), 0o755)
  const env = { HOME: home, PATH: `${home}${delimiter}${process.env['PATH']}` }
  return credentialsFor(server, { env, ...(loginEnv && { loginEnv }), run, signal: new AbortController().signal })
}

test.each([
  ['an entry of its name', registry, { auths: { [registry]: { auth } } }, mine],
  ['of its URL', registry, { auths: { [`https://${registry}`]: { auth } } }, mine],
  ['of its first URL', registry, { auths: { [`https://${registry}/v1/`]: { auth } } }, mine],
  ['of its second URL', registry, { auths: { [`https://${registry}/v2/`]: { auth } } }, mine],
  ['the Hub', 'docker.io', { auths: { [hub]: { auth } } }, mine],
  ['the Hub by another name', 'registry-1.docker.io', { auths: { 'docker.io': { auth } } }, mine],
  ['an identity token', registry, { auths: { [registry]: { auth, identitytoken: 't' } } }, { username: '', secret: 't' }],
  ['a helper of the registry', registry, { credHelpers: { [registry]: 'hop3test' } }, { username: '', secret: 'a-token' }],
  ['one of all', registry, { credsStore: 'hop3test', auths: { [registry]: {} } }, { username: '', secret: 'a-token' }],
  [
    'one that has none, as `docker` reads it',
    'other.example.com',
    { credsStore: 'hop3test', auths: { 'other.example.com': { auth } } },
    undefined,
  ],
  ['nobody who has logged in', registry, { auths: {} }, undefined],
  ['an empty file', registry, '', undefined],
])('%s', async (_, server, config, credentials) => {
  expect(await found(server, config)).toEqual(credentials)
})

test('a helper sees which account of the operator is meant', async () => {
  const credentials = await found(registry, { credsStore: 'hop3test' }, { AWS_PROFILE: '-of-prod' })
  expect(credentials).toEqual({ username: '', secret: 'a-token-of-prod' })
})

test.each([
  ['a damaged file', '{'],
  ['a helper whose name is none', { credsStore: '../x' }],
])('%s is an error', async (_, config) => {
  await expect(found(registry, config)).rejects.toMatchObject({ code: 'environment.docker-credentials', hint: expect.stringMatching(/\S/) })
})
