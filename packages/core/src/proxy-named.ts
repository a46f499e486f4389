import { proxyContext } from './contexts.ts'
import type { Host } from './host.ts'
import type { Proxy } from './proxy.ts'
import { missing } from './under-deployers.ts'

/** The proxy of that name, for what is done to all apps. Throws `plugin.missing`. */
export async function proxyNamed(host: Host, name: string): Promise<Proxy> {
  const factory = (await host.registry.proxies()).find((one) => one.name === name)
  if (factory === undefined) throw missing('proxy', name, 'all apps')
  return factory.create(proxyContext(host, 'move'))
}
