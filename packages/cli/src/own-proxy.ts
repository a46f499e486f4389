import { proxyContext, type Host, type Proxy } from '@hop3/core'

export interface OwnProxy {
  readonly name: string
  readonly pid: number
  readonly port: number
}

/** Those whose main process is gone while what it left still answers. */
export async function leftProxies(host: Host): Promise<readonly string[]> {
  return askProxies(host, async (name, proxy) => {
    const isLeft = (await proxy.running?.()) === undefined && (await proxy.leftAnswering?.()) === true
    return isLeft ? name : undefined
  })
}

/** The proxies this home keeps running. */
export async function ownProxies(host: Host): Promise<readonly OwnProxy[]> {
  return askProxies(host, async (name, proxy) => {
    const running = await proxy.running?.()
    return running && { name, ...running }
  })
}

async function askProxies<T>(host: Host, ask: (name: string, proxy: Proxy) => Promise<T | undefined>): Promise<readonly T[]> {
  const factories = await host.registry.proxies()
  const found = await Promise.all(factories.map((factory) => ask(factory.name, factory.create(proxyContext(host, 'proxy')))))
  return found.filter((one) => one !== undefined)
}
