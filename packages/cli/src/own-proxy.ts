import { proxyContext, type Host } from '@hop3/core'

export interface OwnProxy {
  readonly name: string
  readonly pid: number
  readonly port: number
}

/** Those whose main process is gone while what it left still answers. */
export async function leftProxies(host: Host): Promise<readonly string[]> {
  const factories = await host.registry.proxies()
  const found = await Promise.all(
    factories.map(async (factory) => {
      const proxy = factory.create(proxyContext(host, 'proxy'))
      const isLeft = (await proxy.running?.()) === undefined && (await proxy.leftAnswering?.()) === true
      return isLeft ? [factory.name] : []
    }),
  )
  return found.flat()
}

/** The proxies this home keeps running. */
export async function ownProxies(host: Host): Promise<readonly OwnProxy[]> {
  const factories = await host.registry.proxies()
  const found = await Promise.all(
    factories.map(async (factory) => {
      const running = await factory.create(proxyContext(host, 'proxy')).running?.()
      return running && { name: factory.name, ...running }
    }),
  )
  return found.filter((one) => one !== undefined)
}
