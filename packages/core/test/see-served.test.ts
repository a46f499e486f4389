import { expect, test } from 'vitest'
import { appStatus, createSurvey, deployApp, type Proxy, type ProxyContext } from '../src/index.ts'
import { createWorld } from './memory-world.ts'

test('asks the proxy once for all apps where many are looked at', async () => {
  const world = createWorld()
  world.use({ version: '1' })
  await deployApp(world.app, world.host)
  const asked: string[] = []
  const proxies = (await world.host.registry.proxies()).map((factory) => ({
    ...factory,
    create: (context: ProxyContext): Proxy => {
      const proxy = factory.create(context)
      const counted =
        <T>(name: string, ask: () => Promise<T>) =>
        async (): Promise<T> => {
          asked.push(name)
          return ask()
        }
      return {
        ...proxy,
        routes: counted('routes', async () => (await proxy.routes?.()) ?? []),
        running: counted('running', async () => ({ pid: 1, port: 8080 })),
      }
    },
  }))
  const host = { ...world.host, registry: { ...world.host.registry, proxies: async () => proxies } }
  const survey = createSurvey()
  for (let count = 0; count < 3; count++) expect(await appStatus('blog', host, survey)).toMatchObject({ isServed: true })
  expect(asked.toSorted()).toEqual(['routes', 'running'])
})
