/** Generators that are known by the name of their configuration, and say in it where they write. */
import { originOf } from '../origin.ts'
import { textAt } from '../value-at.ts'
import type { Generator, SitePlan, SiteRequest } from './generator.ts'

/** The first of these names that is there is the sign of a part of a project. */
export function foundByFile(...files: readonly string[]): Generator['find'] {
  return async ({ names }) => {
    const evidence = files.find((name) => names.includes(name))
    return evidence === undefined ? undefined : { evidence, isPart: true }
  }
}

export interface Output {
  /** The configuration's name; undefined where there is none. */
  readonly file: string | undefined
  readonly data: unknown
  /** The keys down to the directory: `project`, `site_dir`. */
  readonly at: readonly string[]
  readonly usual: string
  readonly title: string
}

/** The directory that the configuration names, with its line; else the usual one, which is the generator's. */
export async function configuredOutput({ source }: Pick<SiteRequest, 'source'>, output: Output): Promise<SitePlan['output']> {
  const { file, data, at, usual, title } = output
  const directory = textAt(data, ...at)
  if (file === undefined || directory === undefined) return { directory: usual, origin: title }
  return { directory, origin: originOf(file, await source.readText(file), new RegExp(`^[ \\t]*${at.at(-1) ?? ''}\\s*[:=]`, 'm')) }
}
