/** An engine that takes connections and, from some call on, never answers: Ctrl-C ends what waits for it. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { tempApp } from '@hop3/testing'
import { expect, onTestFinished, test } from 'vitest'
import { buildStage } from './build-stage.ts'

/** Answers what `isAnswered` says, and tells of each call. */
async function engineThat(isAnswered: (path: string) => boolean): Promise<{ readonly address: string; readonly calls: readonly string[] }> {
  const socket = join(await tempApp(), 'docker.sock')
  const calls: string[] = []
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    calls.push(path)
    if (isAnswered(path)) response.end(JSON.stringify({ Version: '26.1.5', ApiVersion: '1.45', Os: 'linux', Arch: 'amd64' }))
  })
  server.on('upgrade', ({ url = '' }) => void calls.push(url))
  server.listen(socket)
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { address: `unix://${socket}`, calls }
}

const none = (): boolean => false
const version = (path: string): boolean => path === '/version'

test.each([
  ['its version', none, '', /^\/version$/],
  ['a session', version, '', /^\/session/],
  ['a build of the older builder', version, '[build.docker]\nbuildkit = false\n', /^\/build/],
])('a build ends with the signal while the engine is asked for %s', { timeout: 60_000 }, async (_, isAnswered, options, last) => {
  const { address, calls } = await engineThat(isAnswered)
  const stage = await buildStage({ Dockerfile: 'FROM scratch\nCOPY a /\nCMD ["x"]\n', a: 'a', 'hop3.toml': options })
  const interruption = new AbortController()
  const env = { ...stage.context.env, DOCKER_HOST: address }
  const building = stage.build({ env, signal: interruption.signal })
  building.catch(() => {})
  await expect.poll(() => calls.find((path) => last.test(path)), { timeout: 30_000 }).toBeDefined()
  interruption.abort(new Error('Ctrl-C'))
  await expect(building).rejects.toThrow('Ctrl-C')
})
