/** What a Hugo site's configuration says, whichever of its forms it is written in. Hugo does not mind upper and lower case, and nor does this. */
import { isObject } from '@hop3/core/json'
import { originOf } from '../../origin.ts'
import type { SiteSource } from '../generator.ts'

export interface HugoConfig {
  /** The file that decides where there are several. */
  readonly evidence: string
  /** What lies under the keys, with where it is written: `hugo.toml:4`. */
  find(...keys: readonly string[]): { readonly value: unknown; readonly origin: string } | undefined
}

const endings = ['toml', 'yaml', 'yml', 'json']
const ownNames = endings.map((ending) => `hugo.${ending}`)
const sharedNames = endings.map((ending) => `config.${ending}`)

/** The configuration files of a Hugo site, those that win first. Empty for what is none. */
export async function hugoFiles({ source, names }: SiteSource): Promise<readonly string[]> {
  const inDirectory: string[] = []
  for (const directory of names.includes('config') ? ['config/production', 'config/_default'] : []) {
    const listed = await source.list(directory)
    const found = [...ownNames, ...sharedNames].find((name) => listed.includes(name))
    if (found !== undefined) inDirectory.push(`${directory}/${found}`)
  }
  const own = ownNames.find((name) => names.includes(name))
  const shared = sharedNames.find((name) => names.includes(name))
  if (own === undefined && shared !== undefined && inDirectory.length === 0 && !(await isHugos({ source, names }, shared))) return []
  const root = own ?? shared
  const isSite = root !== undefined || inDirectory.some((file) => file.startsWith('config/_default/'))
  return isSite ? [...inDirectory, ...(root === undefined ? [] : [root])] : []
}

/** config.toml is a name of many programs: Zola's has `base_url`. */
async function isHugos({ source, names }: SiteSource, file: string): Promise<boolean> {
  if (!['content', 'layouts', 'archetypes', 'themes'].some((name) => names.includes(name))) return false
  return /^[ \t]*["']?(?:baseurl|languagecode|defaultcontentlanguage|theme|publishdir|module)["']?\s*[:=]/im.test(
    (await source.readText(file)) ?? '',
  )
}

export async function readHugoConfig(site: SiteSource): Promise<HugoConfig | undefined> {
  const files = await hugoFiles(site)
  const [evidence] = files.toReversed()
  if (evidence === undefined) return undefined
  const read = await Promise.all(
    files.map(async (file) => ({ file, text: await site.source.readText(file), data: await dataOf(site, file) })),
  )
  return {
    evidence,
    find: (...keys) => {
      for (const { file, text, data } of read) {
        const value = valueUnder(data, keys)
        if (value !== undefined)
          return { value, origin: originOf(file, text, new RegExp(`^[ \\t]*["']?${keys.at(-1) ?? ''}["']?[ \\t]*[:=]`, 'im')) }
      }
      return undefined
    },
  }
}

async function dataOf({ source }: SiteSource, file: string): Promise<unknown> {
  if (file.endsWith('.toml')) return source.readToml(file)
  return file.endsWith('.json') ? source.readJson(file) : source.readYaml(file)
}

function valueUnder(data: unknown, keys: readonly string[]): unknown {
  let value = data
  for (const key of keys) {
    if (!isObject(value)) return undefined
    value = Object.entries(value).find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1]
  }
  return value
}
