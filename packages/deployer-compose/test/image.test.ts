import { once } from 'node:events'
import { createServer } from 'node:http'
import { join } from 'node:path'
import type { CommandResult } from '@hop3/core'
import { deploymentContextFor, imageArtifact, releaseOf, tempApp, testHost } from '@hop3/testing'
import { expect, onTestFinished, test } from 'vitest'
import { openEngine } from '../src/engine.ts'
import { findImage } from '../src/image.ts'

const location = `registry.example.com/shop@sha256:${'0'.repeat(64)}`

/** An engine that has the image from when `docker pull` has ended well. */
async function stage(pulled: Pick<CommandResult, 'exitCode' | 'stderr'>, isHere = false) {
  const socket = join(await tempApp(), 'docker.sock')
  const [asked, ran]: [string[], string[]] = [[], []]
  let has = isHere
  const server = createServer((request, answer) => {
    asked.push(`${request.method} ${request.url?.replace(/.*\/images\//, '')}`)
    answer.writeHead(has ? 200 : 404, { 'content-type': 'application/json' })
    answer.end(JSON.stringify(has ? { Id: 'sha256:1', Config: {} } : { message: 'No such image' }))
  }).listen(socket)
  await once(server, 'listening')
  const host = await testHost()
  const env = { DOCKER_HOST: `unix://${socket}` }
  const context = await deploymentContextFor(host, {
    release: releaseOf(host, 1),
    env,
    run: async ({ args }) => {
      ran.push((args ?? []).join(' '))
      has = pulled.exitCode === 0
      return { signal: null, timedOut: false, stdout: '', pid: 1, ...pulled }
    },
  })
  const engine = await openEngine(context)
  onTestFinished(() => {
    engine.host.close()
    server.close()
  })
  return { find: () => findImage(context, engine, imageArtifact(location, context.release.path)), asked, ran }
}

const inspection = `GET ${encodeURIComponent(location)}/json`

test('an image that is here is asked for once, and one that is fetched before and after', async () => {
  const here = await stage({ exitCode: 0, stderr: '' }, true)
  await here.find()
  expect([here.asked, here.ran]).toEqual([[inspection], []])
  const fetched = await stage({ exitCode: 0, stderr: '' })
  expect(await fetched.find()).toMatchObject({ id: 'sha256:1' })
  expect([fetched.asked, fetched.ran]).toEqual([[inspection, inspection], [`pull --quiet ${location}`]])
})

test('one that cannot be fetched is an error with what Docker says', async () => {
  const { find, asked } = await stage({ exitCode: 1, stderr: 'Error: unauthorized\n' })
  await expect(find()).rejects.toMatchObject({
    code: 'deploy.compose.image-pull',
    message: `Cannot start shop: the image ${location} could not be fetched: Error: unauthorized`,
    hint: `Try by hand: docker pull ${location}`,
  })
  expect(asked).toEqual([inspection])
})
