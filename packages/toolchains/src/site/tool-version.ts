/** Which version of a generator a site asks for, where the generator is a program of its own. */
import type { ToolchainContext, ToolVersion } from '@hop3/core'
import { askedVersion } from '../asked-version.ts'
import { escaped, originOf } from '../origin.ts'
import { toolFilePicks } from '../tool-files.ts'
import { textAt } from '../value-at.ts'
import { choosePick } from '../version-pick.ts'
import type { VersionPick } from '../version-pick.ts'
import { pickWithin } from '../version-range.ts'
import type { SiteRequest } from './generator.ts'

interface VersionRequest {
  readonly tool: string
  /** As hosts of sites spell it: `HUGO_VERSION` in netlify.toml. */
  readonly variable: string
  /** A range the site or its theme allows. */
  readonly range?: ToolVersion | undefined
}

/**
 * Command line and hop3.toml > netlify.toml's `HUGO_VERSION` > mise.toml, .tool-versions > the range. Undefined where nothing says one.
 * Throws `config.<tool>.version-conflict`.
 */
export async function toolVersion(request: SiteRequest, { tool, variable, range }: VersionRequest): Promise<ToolVersion | undefined> {
  const { context, options, source, names } = request
  const asked = context.versions[tool] ?? askedVersion('site', context, options)
  const picks = [...(await netlifyPicks(request, variable)), ...(await toolFilePicks(source, names, [tool]))]
  const pick = choosePick(tool, asked && plain(asked), picks.map(plain))
  return pickWithin(tool, pick, range)
}

/** What is built for visitors: `[context.production.environment]` over `[build.environment]`. */
async function netlifyPicks({ source, names }: Pick<ToolchainContext, 'source'> & { readonly names: readonly string[] }, variable: string) {
  if (!names.includes('netlify.toml')) return []
  const data = await source.readToml('netlify.toml')
  const version = textAt(data, 'context', 'production', 'environment', variable) ?? textAt(data, 'build', 'environment', variable)
  if (version === undefined) return []
  const text = await source.readText('netlify.toml')
  return [
    {
      version,
      origin: originOf('netlify.toml', text, new RegExp(`^[ \\t]*["']?${variable}["']?[ \\t]*=[ \\t]*["']${escaped(version)}["']`, 'm')),
    },
  ]
}

/** `v0.139.0`, `0.139.0/extended`, `extended_0.139.0`. */
function plain({ version, origin }: VersionPick): VersionPick {
  return {
    version: version
      .trim()
      .replace(/^extended_/, '')
      .replace(/[/_]extended$/, '')
      .replace(/^v(?=\d)/, ''),
    origin,
  }
}
