/** Which profiles of a pom have a say where no `-P` and no `-D` is given. */
import { joinPaths } from '@hop3/core'
import type { SourceView } from '@hop3/core'
import { insidePath } from '../../inside.ts'
import { elementsAt, xmlText } from '../../xml.ts'
import type { Element } from '../../xml.ts'

/**
 * Those for an absent property (`!release`) and for a file of the module, `directory`; where there are none, those that are active by default.
 * What depends on the machine is not asked: its Java, its system, its files.
 */
export async function activeProfiles(source: SourceView, root: Element, directory: string): Promise<readonly Element[]> {
  const all = elementsAt(root, 'profiles', 'profile')
  const found = await Promise.all(all.map(async (one) => ((await isActive(source, one, directory)) ? [one] : [])))
  const active = found.flat()
  return active.length > 0 ? active : all.filter((one) => xmlText(one, 'activation', 'activeByDefault') === 'true')
}

async function isActive(source: SourceView, profile: Element, directory: string): Promise<boolean> {
  if (xmlText(profile, 'activation', 'property', 'name')?.startsWith('!') === true) return true
  const [exists, missing] = ['exists', 'missing'].map((name) => xmlText(profile, 'activation', 'file', name))
  const written = exists ?? missing
  const path = written === undefined ? undefined : insidePath(written.replace(/^\$\{(?:project\.)?basedir\}\//, ''))
  if (path === undefined || path.includes('${')) return false
  return (await source.hasFile(joinPaths(directory, path))) === (exists !== undefined)
}
