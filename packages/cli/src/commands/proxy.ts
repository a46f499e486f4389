import { hop3Error, moveProxy, proxyContext, visible, type Host } from '@hop3/core'
import type { CommandResult } from '../command-spec.ts'
import { createHost } from '../host.ts'
import type { Invocation } from '../invocation.ts'
import { ownProxies } from '../own-proxy.ts'
import { keepProxySettings, proxyChoice, readProxySettings } from '../proxy-settings.ts'

export async function run(invocation: Invocation): Promise<CommandResult> {
  const [verb, name] = invocation.operands
  if (verb === undefined) return show(await createHost(invocation))
  if (verb === 'use' && name !== undefined) return use(invocation, name)
  if (verb === 'use') throw hop3Error('usage.missing-operand', 'hop3 proxy use names no proxy.', { hint: 'hop3 proxy use nginx' })
  throw hop3Error('usage.unexpected-value', `There is no hop3 proxy ${visible(verb)}.`, { hint: 'hop3 proxy use nginx' })
}

async function show(host: Host): Promise<CommandResult> {
  const running = await ownProxies(host)
  const apps = await Promise.all((await host.home.apps()).map(async (app) => ({ app, ...(await host.home.app(app).readState()) })))
  const served = apps.flatMap(({ app, proxy, url }) => (proxy === null ? [] : [{ app, proxy, url }]))
  const lines = [
    ...(running.length === 0 ? [`No proxy runs; ${host.proxy ?? 'embedded'} will.`] : []),
    ...running.map(({ name, pid, port }) => `${name} runs (pid ${pid}) on port ${port}`),
    ...served.map(({ app, proxy, url }) => `  ${app}  ${proxy}  ${url ?? '-'}`),
  ]
  return { value: { chosen: host.proxy ?? null, running, apps: served }, text: lines.join('\n') }
}

async function use(invocation: Invocation, name: string): Promise<CommandResult> {
  const { options, terminal } = invocation
  const given = await createHost(invocation)
  const kept = await readProxySettings(given.home.path)
  const [tls, tlsListen] = [options.text('tls') ?? kept.tls, options.text('tls-listen') ?? kept.tlsListen]
  const settings = { proxy: name, ...(tls !== undefined && { tls }), ...(tlsListen !== undefined && { tlsListen }) }
  const { tls: _before, ...rest } = given
  const wanted = { ...terminal.env, ...(options.text('tls') !== undefined && { HOP3_TLS: tls }), HOP3_PROXY: name }
  const host: Host = Object.freeze({ ...rest, ...proxyChoice(wanted, settings, given.listen) })
  const move = await moveProxy(host, name, () => keepProxySettings(host.home.path, settings))
  // Where it stays the same and only HTTPS differs, its routes are made anew.
  const factory = (await host.registry.proxies()).find((one) => one.name === name)
  const proxy = factory?.create(proxyContext(host))
  const again = move.from.length === 0 ? ((await proxy?.routes?.()) ?? []) : []
  const urls: Record<string, string> = { ...move.urls }
  for (const route of again) urls[route.appName] = (await proxy?.apply(route)) ?? ''
  const moved = Object.entries(urls).map(([app, url]) => `  ${app}  ${url}`)
  const from = move.from.length === 0 ? '' : ` instead of ${move.from.join(' and ')}`
  return { value: { proxy: name, from: move.from, urls }, text: [`${name} serves${from}.`, ...moved].join('\n') }
}
