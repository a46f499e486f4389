import { buildContext, hop3Error, visible, type BuildContext } from '@hop3/core'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { appInDirectory } from '../app-source.ts'
import type { CommandResult } from '../command-spec.ts'
import { exitCodeOf } from '../exit-codes.ts'
import { createHost } from '../host.ts'
import type { Invocation } from '../invocation.ts'

export async function run(invocation: Invocation): Promise<CommandResult> {
  const [verb = '', place] = invocation.operands
  if (verb === 'eject') return inTemporary(invocation, place, eject)
  if (verb === 'check') return inTemporary(invocation, place, check)
  if (verb === 'lock') return inTemporary(invocation, place, lock)
  if (verb === 'pin') return pin(invocation, place)
  if (verb === 'push') return (await import('./nix-cache.ts')).nixPush(invocation, place)
  if (verb === 'cache') return (await import('./nix-cache.ts')).nixCache(invocation, place)
  if (verb === 'module') return (await import('./nix-module.ts')).nixModule(invocation, place)
  throw hop3Error('usage.bad-value', `\`hop3 nix\` cannot ${visible(verb)}.`, {
    hint: 'Write: hop3 nix eject, lock, check, pin, module, push or cache.',
  })
}

async function eject(context: BuildContext): Promise<CommandResult> {
  const { ejectTemplate } = await import('@hop3/builder-nix/tools')
  const { template, version, files, directory } = await ejectTemplate(context)
  const next = `Remove the keys of the template from hop3.toml: ${files.join(' and ')} say the same from now on.`
  return { value: { template, version, files, directory }, text: `Wrote ${files.join(' and ')} in ${directory}.\n${next}` }
}

/** For what builds and keeps nothing of it. */
async function inTemporary(
  invocation: Invocation,
  place: string | undefined,
  work: (context: BuildContext, invocation: Invocation) => Promise<CommandResult>,
): Promise<CommandResult> {
  const given = await appInDirectory(invocation, place)
  // Who asks Nix means it, whoever builds the app otherwise.
  const app = { ...given, config: { ...given.config, build: { ...given.config.build, strategy: 'nix' } } }
  const host = await createHost(invocation)
  const directory = await mkdtemp(join(tmpdir(), 'hop3-nix-'))
  try {
    const slot = { id: 'r000000-00000000', path: directory, buildId: '00000000' }
    return await work(await buildContext(app, slot, { appHome: host.home.app(app.name), host }), invocation)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

async function check(context: BuildContext): Promise<CommandResult> {
  const { checkBuild } = await import('@hop3/builder-nix/tools')
  const checked = await checkBuild(context)
  const { verdict, location, problem, hint } = checked
  const first = `${context.appName}: ${verdict}${location === null ? '' : ` (${location})`}`
  const text = [first, problem, hint].filter((one) => one !== null).join('\n')
  return { value: { app: context.appName, ...checked }, text, exitCode: verdict === 'reproducible' ? 0 : exitCodeOf('build') }
}

async function lock(context: BuildContext, { options }: Invocation): Promise<CommandResult> {
  const { lockTemplate } = await import('@hop3/builder-nix/tools')
  const locked = await lockTemplate(context, options.flag('accept'))
  const { file, before, after, changed } = locked
  const difference = [...(before === null ? [] : [`- ${before}`]), `+ ${after ?? 'nothing to download'}`]
  return {
    value: { app: context.appName, ...locked },
    text: changed ? [`Wrote ${file}:`, ...difference].join('\n') : `${file} has it already.`,
  }
}

async function pin(invocation: Invocation, place: string | undefined): Promise<CommandResult> {
  if (place === undefined)
    throw hop3Error('usage.missing-operand', '`hop3 nix pin` names no nixpkgs.', { hint: 'hop3 nix pin /srv/nixpkgs' })
  const { options, terminal } = invocation
  const { home } = await createHost(invocation)
  const { pinNixpkgs } = await import('@hop3/builder-nix/tools')
  const nixpkgs = place.includes('://') ? place : resolve(terminal.cwd, place)
  const file = await pinNixpkgs(join(home.path, 'tools'), nixpkgs, options.text('sha256'))
  return { value: { nixpkgs, file }, text: `<nixpkgs> means ${nixpkgs} to every app of this host that says nothing else (${file}).` }
}
