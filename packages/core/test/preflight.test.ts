import { expect, it } from 'vitest'
import type { App } from '../src/app.ts'
import { emptyAppConfig } from '../src/app-config.ts'
import { hop3Error } from '../src/errors.ts'
import type { Host } from '../src/host.ts'
import { definePlugin, protocolVersion } from '../src/plugin.ts'
import { preflight } from '../src/preflight.ts'
import type { Proxy, RouteWish } from '../src/proxy.ts'
import { createRegistry } from '../src/registry.ts'
import { createWorld } from './memory-world.ts'

const { host: worldHost } = createWorld()

function hostWith(change: Partial<Proxy>, named?: string): Host {
  const proxy: Proxy = {
    name: 'picky',
    accept: async () => ({ accepted: true, reason: 'always' }),
    apply: async () => '',
    remove: async () => {},
    ...change,
  }
  const plugin = definePlugin({ protocol: protocolVersion, proxies: [{ name: 'picky', create: () => proxy }] })
  return { ...worldHost, registry: createRegistry({ plugins: { picky: plugin } }), ...(named !== undefined && { proxy: named }) }
}

function appWith(...domains: string[]): App {
  const config = { ...emptyAppConfig, deploy: { ...emptyAppConfig.deploy, domains }, origins: { 'deploy.domains': 'hop3.toml:2:1' } }
  return { name: 'blog', sourcePath: '/source', config }
}

const check = (app: App, host: Host): Promise<void> => preflight(app, { appHome: host.home.app(app.name), host })

it('asks the proxy about the names of the app, with the place they were written', async () => {
  const asked: RouteWish[] = []
  const host = hostWith({
    check: async (wish) => {
      asked.push(wish)
      throw hop3Error('deploy.proxy.host-taken', 'it is taken')
    },
  })
  await expect(check(appWith('www.example.com'), host)).rejects.toMatchObject({ code: 'deploy.proxy.host-taken' })
  expect(asked).toEqual([{ appName: 'blog', hosts: ['www.example.com'], origin: 'hop3.toml:2:1' }])
})

it('refuses a proxy that is not there, whatever the app', async () => {
  await expect(check(appWith(), hostWith({}, 'nginx'))).rejects.toMatchObject({ code: 'select.proxy.unknown' })
})

it('lets an app without names be built where no proxy works: it may need none', async () => {
  const host = hostWith({ accept: async () => ({ accepted: false, reason: 'no sockets here' }) })
  await expect(check(appWith(), host)).resolves.toBeUndefined()
  await expect(check(appWith('www.example.com'), host)).rejects.toMatchObject({ code: 'select.proxy.none' })
})
