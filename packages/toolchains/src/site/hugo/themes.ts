/** The themes a Hugo site names, as far as they are to lie in the source. */
import { hop3Error, normalPath, visible, withoutTrailingSlashes } from '@hop3/core'
import type { ToolVersion } from '@hop3/core'
import { originOf } from '../../origin.ts'
import { textAt } from '../../value-at.ts'
import type { SiteSource } from '../generator.ts'
import type { HugoConfig } from './hugo-config.ts'

export interface Themes {
  /** The oldest Hugo a theme says it works with. */
  readonly minimum?: ToolVersion
}

/**
 * Throws `config.site.theme` for the theme of a git submodule nobody has fetched: Hugo itself only says that it finds no such module. Any
 * other theme that is not there is Hugo's to judge.
 */
export async function readThemes(site: SiteSource, config: HugoConfig): Promise<Themes> {
  const named = config.find('theme')
  const themes = [named?.value].flat().filter((one): one is string => typeof one === 'string' && /^[\w.-]+$/.test(one))
  const directory = config.find('themesDir')?.value
  const parent = typeof directory === 'string' ? withoutTrailingSlashes(normalPath(directory)) : 'themes'
  let minimum: ToolVersion | undefined
  for (const theme of themes) {
    const path = `${parent}/${theme}`
    await checkFetched(site, { theme, path, origin: named?.origin ?? config.evidence })
    minimum ??= await minimumOf(site, path)
  }
  return minimum === undefined ? {} : { minimum }
}

interface NamedTheme {
  readonly theme: string
  readonly path: string
  readonly origin: string
}

async function checkFetched({ source, names }: SiteSource, { theme, path, origin }: NamedTheme): Promise<void> {
  if ((await source.list(path)).length > 0) return
  const modules = names.includes('.gitmodules') ? ((await source.readText('.gitmodules')) ?? '') : ''
  const isSubmodule = new RegExp(`^[ \\t]*path[ \\t]*=[ \\t]*${path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}[ \\t]*$`, 'm')
  if (!isSubmodule.test(modules) && !(await source.hasDirectory(path))) return
  const place = isSubmodule.test(modules) ? originOf('.gitmodules', modules, isSubmodule) : undefined
  throw hop3Error(
    'config.site.theme',
    `${origin} names the theme ${visible(theme)}, but ${path} is empty${place === undefined ? '' : `: it is a git submodule (${place}) that was not fetched`}.`,
    {
      hint: place === undefined ? `Put the theme into ${path}.` : 'Fetch it, then deploy again: `git submodule update --init --recursive`.',
      details: { theme, path, origin },
    },
  )
}

/** `min_version = "0.116.0"` of theme.toml. */
async function minimumOf({ source }: SiteSource, path: string): Promise<ToolVersion | undefined> {
  const file = `${path}/theme.toml`
  const text = await source.readText(file)
  if (text === undefined) return undefined
  const version = textAt(await source.readToml(file), 'min_version')
  return version === undefined || !isVersion(version)
    ? undefined
    : { version: `>=${version}`, origin: originOf(file, text, /^[ \t]*min_version\s*=/m) }
}

export function isVersion(text: string): boolean {
  return /^\d+(?:\.\d+){0,2}$/.test(text)
}
