import { readFile } from 'node:fs/promises'
import type { Host } from '@hop3/core'
import { ownProxies } from '../own-proxy.ts'
import type { Finding } from './finding.ts'

const setting = 'net.ipv4.tcp_migrate_req'

/**
 * Whether connections that wait to be accepted are handed on when one of several sockets at a port is closed: the move from one proxy to
 * another loses them otherwise, and so do Caddy's reloads where there is no perl to lead them elsewhere. Linux 5.14 and newer.
 */
export async function checkHandOn(host: Host): Promise<readonly Finding[]> {
  const value = await readFile('/proc/sys/net/ipv4/tcp_migrate_req', 'utf8').catch(() => undefined)
  const usesCaddy = host.proxy === 'caddy' || (await ownProxies(host)).some(({ name }) => name === 'caddy')
  if (value === undefined || !usesCaddy) return []
  if (value.trim() === '1')
    return [{ check: 'reloads', state: 'ok', seen: 'connections that wait are handed on when Caddy reloads or apps move to another proxy' }]
  const seen = 'connections that wait to be accepted are lost when apps move to another proxy, and, without perl, when Caddy reloads'
  return [{ check: 'reloads', state: 'note', seen, fix: `sysctl -w ${setting}=1` }]
}
