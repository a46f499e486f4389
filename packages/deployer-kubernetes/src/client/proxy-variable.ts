/** Whether kubectl goes to a server through a proxy: Hop3 does not, and has to say so where it does not arrive. */
import { BlockList, isIP } from 'node:net'
import type { DeploymentContext } from '@hop3/core'

type Environment = DeploymentContext['env']

/** The name of the variable by which programs in Go, as kubectl, have one for the server. Undefined: they go there directly, too. */
export function proxyVariable(server: URL, env: Environment): string | undefined {
  const name = `${server.protocol.slice(0, -1)}_proxy`
  const found = [name.toUpperCase(), name].find((one) => (env[one] ?? '') !== '')
  if (found === undefined) return undefined
  const host = server.hostname.replace(/^\[|\]$/g, '').toLowerCase()
  const except = env['NO_PROXY'] || env['no_proxy'] || ''
  const port = server.port || (server.protocol === 'https:' ? '443' : '80')
  return isLoopback(host) || except.split(',').some((one) => isExcept(one.trim().toLowerCase(), host, port)) ? undefined : found
}

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || isWithin('127.0.0.0/8', host)

/** `*`, `10.0.0.0/8`, `10.1.2.3`, `example.com` with what is below it, `.example.com` without, each but a network with a port or none. */
function isExcept(rule: string, host: string, port: string): boolean {
  if (rule === '*') return true
  if (rule.includes('/')) return isWithin(rule, host)
  const [, address = rule, ofPort = port] = isIP(rule) === 6 ? [] : (/^\[?(.*?)\]?(?::(\d+))?$/.exec(rule) ?? [])
  const name = address.replace(/^\*(?=\.)/, '')
  if (name === '' || ofPort !== port) return false
  return host === name || host.endsWith(name.startsWith('.') ? name : `.${name}`)
}

function isWithin(network: string, host: string): boolean {
  const [address = '', bits = ''] = network.split('/')
  const family = isIP(address)
  if (family === 0 || family !== isIP(host) || !/^\d{1,3}$/.test(bits) || Number(bits) > (family === 4 ? 32 : 128)) return false
  const type = family === 4 ? 'ipv4' : 'ipv6'
  const list = new BlockList()
  list.addSubnet(address, Number(bits), type)
  return list.check(host, type)
}
