import { hop3Error, moveProxy, moveUnderWay, visible, type Host, type MoveUnderWay } from '@hop3/core'
import type { CommandResult } from '../command-spec.ts'
import { eachApp, failureValues } from '../each-app.ts'
import { createHost } from '../host.ts'
import type { Invocation } from '../invocation.ts'
import { leftProxies, ownProxies, type OwnProxy } from '../own-proxy.ts'
import { settingsToKeep } from '../proxy-settings.ts'

export async function run(invocation: Invocation): Promise<CommandResult> {
  const [verb, name] = invocation.operands
  if (verb === undefined) return show(await createHost(invocation), invocation)
  if (verb === 'use' && name !== undefined) return use(invocation, name)
  if (verb === 'use') throw hop3Error('usage.missing-operand', 'hop3 proxy use names no proxy.', { hint: 'hop3 proxy use nginx' })
  throw hop3Error('usage.unexpected-value', `There is no hop3 proxy ${visible(verb)}.`, { hint: 'hop3 proxy use nginx' })
}

async function show(host: Host, { output }: Invocation): Promise<CommandResult> {
  const running = await ownProxies(host)
  const left = await leftProxies(host)
  const { done, failures } = await eachApp(host, async (app) => ({ app, ...(await host.home.app(app).readState()) }))
  const served = done.flatMap(({ app, proxy, url }) => (proxy === null ? [] : [{ app, proxy, url }]))
  const move = await moveUnderWay(host)
  const lines = [
    ...left.map((name) => `${name} has lost its main process; what that left answers, and no change reaches it: hop3 start --all`),
    ...(running.length === 0 && left.length === 0 ? [`No proxy runs; ${host.proxy ?? 'embedded'} will.`] : []),
    ...running.map(({ name, pid, port }) => `${name} runs (pid ${pid}) on port ${port}`),
    ...served.map(({ app, proxy, url }) => `  ${app}  ${proxy}  ${url ?? '-'}`),
    ...unsettled(move, running),
  ]
  return {
    value: {
      chosen: host.proxy ?? null,
      running,
      left,
      apps: [...served, ...failureValues(failures, output)],
      move: move ?? null,
    },
    text: lines.join('\n'),
    failures,
  }
}

/** What is not as it should stay, and what ends it. */
function unsettled(move: MoveUnderWay | undefined, running: readonly OwnProxy[]): readonly string[] {
  if (move?.isAtWork === true) return [`A command is moving all apps to ${move.to}.`]
  if (move !== undefined) {
    const from = move.from.length === 0 ? '' : ` from ${move.from.join(' and ')}`
    return [
      `A move${from} to ${move.to} did not come to its end. The next command that changes an app ends it; so does: hop3 proxy use ${move.to}`,
    ]
  }
  const [first, ...others] = running
  if (first === undefined || !others.some(({ port }) => port === first.port)) return []
  return [
    `${running.map(({ name }) => name).join(' and ')} share a port, and each knows only its own apps. One for all: hop3 proxy use ${first.name}`,
  ]
}

async function use(invocation: Invocation, name: string): Promise<CommandResult> {
  const { options } = invocation
  const [tls, tlsListen] = [options.text('tls'), options.text('tls-listen')]
  const asked = { proxy: name, ...(tls !== undefined && { tls }), ...(tlsListen !== undefined && { tlsListen }) }
  const host = await createHost(invocation, asked)
  const move = await moveProxy(host, name, await settingsToKeep(host.home.path, asked))
  const moved = Object.entries(move.urls).map(([app, url]) => `  ${app}  ${url}`)
  const from = move.from.length === 0 ? '' : ` instead of ${move.from.join(' and ')}`
  return { value: { proxy: name, from: move.from, urls: move.urls }, text: [`${name} serves${from}.`, ...moved].join('\n') }
}
