import { stat } from 'node:fs/promises'
import { buildContextFor, deploymentContextFor, memoryLog, proxyContextFor, tempApp, testHost } from '@hop3/testing'
import { expect, test } from 'vitest'

test('contexts are complete and frozen all the way down, but for the signal', async () => {
  const host = await testHost()
  const controller = new AbortController()
  const build = await buildContextFor(host, { sourcePath: await tempApp({ Procfile: 'web: ./run\n' }), signal: controller.signal })
  const deployment = await deploymentContextFor(host, { appEnv: { A: '1' } })
  const proxy = await proxyContextFor(host)
  for (const frozen of [
    build,
    build.release,
    build.config,
    build.env,
    deployment,
    deployment.appEnv,
    deployment.directories,
    proxy,
    proxy.listen,
  ]) {
    expect(frozen).toSatisfy(Object.isFrozen)
  }
  expect(build.config.runtime.workers).toEqual({ web: './run' })
  controller.abort()
  expect(build.signal.aborted).toBe(true)
  for (const path of [build.release.path, ...Object.values(deployment.directories), proxy.directories.logs]) {
    expect((await stat(path)).isDirectory()).toBe(true)
  }
})

test('a port is the same for the same name of the same generation, and of nobody else', async () => {
  const host = await testHost()
  const [first, second] = [await deploymentContextFor(host), await deploymentContextFor(host, { generation: 2 })]
  const port = await first.reservePort('web.1')
  expect(await first.reservePort('web.1')).toBe(port)
  expect(new Set([port, await first.reservePort('web.2'), await second.reservePort('web.1')]).size).toBe(3)
})

test('a log remembers what was said, with phase and strategy', () => {
  const { log, events, lines } = memoryLog()
  log.child({ phase: 'install', strategy: 'local' }).warn('slow', { seconds: 3 })
  log.output('a line', 'stderr')
  expect(lines()).toEqual(['slow', 'a line'])
  expect(events[0]).toMatchObject({ phase: 'install', strategy: 'local', level: 'warn', data: { seconds: 3 } })
})
