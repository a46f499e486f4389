import { hop3Error, type Host } from '@hop3/core'
import { forgetCache, pushRelease, readCaches, trustCache, type NixCache } from '@hop3/builder-nix/tools'
import { join, resolve } from 'node:path'
import { releasedApp } from '../app-units-request.ts'
import type { CommandResult } from '../command-spec.ts'
import { createHost } from '../host.ts'
import type { Invocation } from '../invocation.ts'
import { knownApp } from '../known-app.ts'
import { table } from '../render/table.ts'

/** `hop3 nix push <address>`. */
export async function nixPush(invocation: Invocation, address: string | undefined): Promise<CommandResult> {
  const host = await createHost(invocation)
  const { artifact, context } = await releasedApp(await knownApp(invocation, host, undefined), host)
  const url = addressOf(invocation, address, 'push')
  const key = keyOf(invocation, 'hop3 nix push file:///srv/cache --key secret.key')
  if (artifact.builder !== 'nix')
    throw hop3Error('artifact.missing', `${context.release.id} of ${context.appName} was not built by Nix.`, {
      hint: 'Build it by Nix: hop3 deploy --builder nix',
    })
  const { toolEnv: env, log, run, signal, clock } = host
  const paths = await pushRelease({ env, toolsPath: toolsOf(host), log, run, signal, clock }, artifact, url, key)
  const text = `Pushed ${context.release.id} of ${context.appName} with all it needs to ${url}.\nThe other host takes it with: hop3 nix cache ${url} --key <public key>`
  return { value: { app: context.appName, release: context.release.id, url, paths }, text }
}

/** `hop3 nix cache [address]`: lists, trusts, or no longer asks. */
export async function nixCache(invocation: Invocation, address: string | undefined): Promise<CommandResult> {
  const { options, output } = invocation
  const host = await createHost(invocation)
  const [toolsPath, { clock, signal, log }] = [toolsOf(host), host]
  const place = { toolsPath, clock, signal, log }
  if (address === undefined) {
    const caches = readCaches(toolsPath)
    const rows = caches.map(({ url, key }) => [url, key])
    return { value: { caches }, text: rows.length === 0 ? 'No cache of its own is asked.' : table(['CACHE', 'KEY'], rows, output.paint) }
  }
  const url = addressOf(invocation, address, 'cache')
  const caches: readonly NixCache[] = options.flag('remove')
    ? await forgetCache(place, url)
    : await trustCache(place, url, keyOf(invocation, `hop3 nix cache ${url} --key public.key`))
  return { value: { caches }, text: options.flag('remove') ? `${url} is not asked any more.` : `${url} is asked before anything is built.` }
}

function addressOf({ terminal }: Invocation, address: string | undefined, verb: string): string {
  if (address === undefined)
    throw hop3Error('usage.missing-operand', `\`hop3 nix ${verb}\` names no cache.`, {
      hint: `hop3 nix ${verb} file:///srv/cache --key <file>`,
    })
  return address.includes('://') ? address.replace(/\/$/, '') : `file://${resolve(terminal.cwd, address)}`
}

function keyOf({ options, terminal }: Invocation, hint: string): string {
  const file = options.text('key')
  if (file === undefined) throw hop3Error('usage.missing-option', 'A cache is signed with a key, and none is named.', { hint })
  return resolve(terminal.cwd, file)
}

function toolsOf({ home }: Host): string {
  return join(home.path, 'tools')
}
