import { createServer } from 'node:http'
import { once } from 'node:events'
import { join } from 'node:path'
import { tempApp } from '@hop3/testing'
import { expect, onTestFinished, test } from 'vitest'
import { openEngine, type Engine } from '../src/engine.ts'

/** An engine that accepts a question and does not answer it. */
async function silentEngine(signal = new AbortController().signal): Promise<Engine> {
  const socket = join(await tempApp(), 'docker.sock')
  const server = createServer(() => {}).listen(socket)
  await once(server, 'listening')
  const engine = await openEngine({ env: { DOCKER_HOST: `unix://${socket}` }, signal })
  onTestFinished(() => {
    engine.host.close()
    server.closeAllConnections()
    server.close()
  })
  return engine
}

test('an engine that does not answer is an error after a time', async () => {
  const engine = await silentEngine()
  await expect(engine.ask('GET', '/info', { within: 0.2 })).rejects.toMatchObject({
    code: 'environment.docker-silent',
    message: expect.stringMatching(/^The container engine at unix:.+ has not answered for 0\.2 s\.$/),
  })
})

test('an interruption ends a question at once', async () => {
  const interruption = new AbortController()
  const engine = await silentEngine(interruption.signal)
  const asking = engine.ask('GET', '/info')
  interruption.abort(new Error('Ctrl-C'))
  await expect(asking).rejects.toThrow('Ctrl-C')
  // What is asked afterwards puts things in order again: it has its time.
  await expect(engine.ask('GET', '/info', { within: 0.1 })).rejects.toMatchObject({ code: 'environment.docker-silent' })
})
