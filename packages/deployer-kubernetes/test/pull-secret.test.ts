import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { emptyDeployConfig } from '@hop3/core'
import { deploymentContextFor, releaseOf, tempApp, testHost } from '@hop3/testing'
import { expect, test } from 'vitest'
import { pullSecretOf } from '../src/pull-secret-of.ts'

const auth = Buffer.from('me:secret').toString('base64')
const host = 'registry.example.com'
const hub = 'https://index.docker.io/v1/'

/** What nodes are given, of a config.json. */
async function given(location: string, config: object | string) {
  const home = await tempApp()
  await mkdir(join(home, '.docker'))
  await writeFile(join(home, '.docker/config.json'), typeof config === 'string' ? config : JSON.stringify(config))
  const own = await testHost()
  const context = await deploymentContextFor(own, {
    release: releaseOf(own, 1),
    config: { ...emptyDeployConfig, options: { kubernetes: { 'pull-secret': true } } },
    env: { HOME: home, PATH: process.env['PATH'] ?? '' },
  })
  const found = await pullSecretOf(context, { location })
  const secret = found?.make?.({ owner: { app: 'shop', mark: 'm' }, namespace: 'n' })
  return JSON.parse(Buffer.from(Object(secret?.['data'])['.dockerconfigjson'], 'base64').toString())
}

test.each([
  [`${host}/app`, { auths: { [`https://${host}/v2/`]: { auth } } }, { auths: { [host]: { auth } } }],
  ['team/app', { auths: { 'docker.io': { auth } } }, { auths: { [hub]: { auth } } }],
  ['docker.io/team/app', { auths: { [hub]: { auth } } }, { auths: { [hub]: { auth } } }],
])('credentials of %s are found as Docker finds them, and given as nodes read them', async (location, config, expected) => {
  expect(await given(location, config)).toEqual(expected)
})

test.each([
  ['nobody has logged in', { auths: {} }, 'deploy.kubernetes.pull-secret', 'nobody has logged in there'],
  ['a token nodes cannot use', { auths: { [host]: { auth, identitytoken: 't' } } }, 'deploy.kubernetes.pull-secret', 'identity token'],
  ['a damaged file', '{', 'environment.docker-credentials', 'holds no JSON object'],
])('%s is an error', async (_, config, code, said) => {
  await expect(given(`${host}/app`, config)).rejects.toMatchObject({ code, message: expect.stringContaining(said) })
})
