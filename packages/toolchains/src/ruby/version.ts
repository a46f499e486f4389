/** Which Ruby an app asks for. */
import { hop3Error, visible } from '@hop3/core'
import type { ToolchainContext, ToolVersion } from '@hop3/core'
import { askedVersion, versionFilePick } from '../asked-version.ts'
import { toolFilePicks } from '../tool-files.ts'
import { choosePick } from '../version-pick.ts'
import type { VersionPick } from '../version-pick.ts'
import { aboutVersion, pickWithin } from '../version-range.ts'
import type { RubyOptions } from './options.ts'
import type { RubyApp } from './ruby-app.ts'

/**
 * Command line and hop3.toml > an exact `ruby` of the Gemfile > .ruby-version > mise.toml, .tool-versions > RUBY VERSION of the lock file,
 * which only tells what was used > a range of the Gemfile, which judges a pick. Throws `config.ruby.version` and `.version-conflict`.
 */
export async function chooseRuby(app: RubyApp, context: ToolchainContext, options: RubyOptions): Promise<ToolVersion | undefined> {
  const given = askedVersion('ruby', context, options)
  const manifest = app.gemfile?.ruby
  const isExact = manifest !== undefined && /^[\w.-]+$/.test(manifest.version)
  const picks = [...(isExact ? [manifest] : []), ...(await filePicks(app))].map(normalized)
  const pick = choosePick('ruby', given && normalized(given), picks) ?? app.lock?.ruby
  return pickWithin('ruby', pick, manifest === undefined || isExact ? undefined : rangeOf(manifest))
}

async function filePicks({ source, names }: RubyApp): Promise<readonly VersionPick[]> {
  return [...(await versionFilePick(source, names, '.ruby-version')), ...(await toolFilePicks(source, names, ['ruby']))]
}

/** `~> 3.2, != 3.2.4` → `>=3.2 <4`: what is left out is no range, and checked by Bundler. */
function rangeOf({ version, origin }: VersionPick): VersionPick {
  const parts = version.split(',').map((one) => one.trim())
  const ranges = parts.flatMap((part) => {
    const [, operator = '=', number] = /^(~>|>=|<=|=|<|>)?\s*(\d+(?:\.\d+)*)$/.exec(part) ?? []
    if (number === undefined) return []
    return operator === '~>' ? [aboutVersion(number)] : [operator === '=' ? number : `${operator}${number}`]
  })
  return { version: ranges.length === 0 ? version : ranges.join(' '), origin }
}

/** `ruby-3.2.1` and `3.2.1-p31` → `3.2.1`; another engine keeps its name. */
function normalized({ version, origin }: VersionPick): VersionPick {
  const plain = version.trim().replace(/^ruby-/, '')
  const found = /^(?:(?:jruby|truffleruby|mruby)-)?\d+(?:\.\d+){0,3}(?:[.-]?(?:preview|rc|dev)\d*)?(?=-p\d+$|$)/.exec(plain)?.[0]
  if (found !== undefined) return { version: found, origin }
  throw hop3Error('config.ruby.version', `${origin} asks for Ruby ${visible(version)}, which is not a version of Ruby.`, {
    hint: 'Write the version alone, for example 3.4, or an exact one, for example 3.4.1.',
    details: { version: visible(version), origin },
  })
}
