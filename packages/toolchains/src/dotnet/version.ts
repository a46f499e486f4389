/** Which .NET an app asks for. */
import { hop3Error, visible } from '@hop3/core'
import type { SourceView, ToolchainContext, ToolVersion } from '@hop3/core'
import { askedVersion } from '../asked-version.ts'
import { between } from '../brackets.ts'
import { originOf } from '../origin.ts'
import { toolFilePicks } from '../tool-files.ts'
import { chooseAtLeast } from '../version-order.ts'
import type { VersionPick } from '../version-pick.ts'
import type { DotnetOptions } from './options.ts'
import type { Project } from './project.ts'

/**
 * Command line and hop3.toml > global.json > mise.toml, .tool-versions > the framework that the project targets, which no older SDK
 * knows. Throws `config.dotnet.version` and `.version-conflict`.
 */
export async function chooseDotnet(
  { source, versions }: Pick<ToolchainContext, 'source' | 'versions'>,
  names: readonly string[],
  { framework }: Pick<Project, 'framework'>,
  options: DotnetOptions,
): Promise<ToolVersion | undefined> {
  const given = askedVersion('dotnet', { versions }, options)
  const global = names.includes('global.json') ? await globalPick(source) : undefined
  const picks = [
    ...(global?.pick === undefined ? [] : [global.pick]),
    ...(await toolFilePicks(source, names, ['dotnet', 'dotnet-core', 'dotnet-sdk'])).map(normalized),
  ]
  const target = framework && { version: framework.version, origin: framework.origin }
  return chooseAtLeast('dotnet', given && normalized(given), picks, target) ?? target ?? global?.oldest
}

interface GlobalPick {
  readonly pick?: VersionPick
  /** Where any newer SDK will do. */
  readonly oldest?: VersionPick
}

/** It may have comments, so it is no JSON. How far newer SDKs will do, `rollForward` says. */
async function globalPick(source: SourceView): Promise<GlobalPick | undefined> {
  const text = await source.readText('global.json')
  const sdk = between(text ?? '', /"sdk"\s*:\s*\{/, '}') ?? ''
  const version = /"version"\s*:\s*"([^"]*)"/.exec(sdk)?.[1]
  if (version === undefined) return undefined
  const one = normalized({ version, origin: originOf('global.json', text, /"version"\s*:/) })
  const policy = (/"rollForward"\s*:\s*"(\w+)"/.exec(sdk)?.[1] ?? '').toLowerCase().replace('latest', '')
  if (policy === 'major') return { oldest: { ...one, version: `>=${one.version}` } }
  const parts = policy === 'minor' ? 1 : policy === 'feature' ? 2 : 3
  return { pick: { ...one, version: parts === 3 ? one.version : one.version.split('.').slice(0, parts).join('.') } }
}

function normalized({ version, origin }: VersionPick): VersionPick {
  // `8.0.x`, as continuous integration writes it.
  const plain = version
    .trim()
    .replace(/^(?:v|net)/, '')
    .replace(/(?:\.[xX*]){1,2}$/, '')
  if (/^\d+(?:\.\d+){0,2}(?:-[\w.]+)?$/.test(plain)) return { version: plain, origin }
  throw hop3Error('config.dotnet.version', `${origin} asks for .NET ${visible(version)}, which is not a version of .NET.`, {
    hint: 'Write the major and minor version, for example 8.0, or that of an SDK, for example 8.0.404.',
    details: { version: visible(version), origin },
  })
}
