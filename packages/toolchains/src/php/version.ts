/** Which PHP an app asks for. */
import { hop3Error, visible } from '@hop3/core'
import type { ToolchainContext, ToolVersion } from '@hop3/core'
import { askedVersion, versionFilePick } from '../asked-version.ts'
import { toolFilePicks } from '../tool-files.ts'
import { textAt } from '../value-at.ts'
import { choosePick } from '../version-pick.ts'
import type { VersionPick } from '../version-pick.ts'
import { aboutVersion, pickWithin } from '../version-range.ts'
import type { PhpApp } from './php-app.ts'
import type { PhpOptions } from './options.ts'

/**
 * Command line and hop3.toml > .php-version > mise.toml, .tool-versions >  the range in `require.php`, else what is no older than
 * `config.platform.php`; the range judges a pick. Throws `config.php.version` and `.version-conflict`.
 */
export async function choosePhp(app: PhpApp, context: ToolchainContext, options: PhpOptions): Promise<ToolVersion | undefined> {
  const { source, names, composer } = app
  const given = askedVersion('php', context, options)
  const platform = textAt(composer?.data, 'config', 'platform', 'php')
  const picks = [...(await versionFilePick(source, names, '.php-version')), ...(await toolFilePicks(source, names, ['php']))]
  // The platform is that which packages are chosen for: the oldest of the hosts, as often as the one.
  const range = textAt(composer?.data, 'require', 'php') ?? (platform === undefined ? undefined : `>=${platform}`)
  return pickWithin(
    'php',
    choosePick('php', given && normalized(given), picks.map(normalized)),
    range === undefined ? undefined : { version: composerRange(range), origin: composer?.origin('php') ?? 'composer.json' },
  )
}

/** `^7.4|~8.1` → `^7.4 || >=8.1 <9`: Composer's `~` and `,` mean other things than npm's. */
export function composerRange(text: string): string {
  const range = text
    .split(/\|\|?/)
    .map((part) =>
      part
        .replaceAll(/@\w+/g, '')
        .replaceAll(',', ' ')
        .replaceAll(/([<>=~^!])\s+(?=\d)/g, '$1')
        .replaceAll(/~(\d+(?:\.\d+)*)/g, (_, version: string) => aboutVersion(version))
        .trim(),
    )
    .join(' || ')
  return range === '' ? '*' : range
}

function normalized({ version, origin }: VersionPick): VersionPick {
  const plain = version.trim().replace(/^(?:php-|v)/, '')
  if (/^\d+(?:\.\d+){0,2}$/.test(plain)) return { version: plain, origin }
  throw hop3Error('config.php.version', `${origin} asks for PHP ${visible(version)}, which is not a version of PHP.`, {
    hint: 'Write the minor version, for example 8.3, or an exact one, for example 8.3.10.',
    details: { version: visible(version), origin },
  })
}
