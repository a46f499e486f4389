/** The class a person would look for, where no plugin names one. */
import { joinPaths } from '@hop3/core'
import type { SourceView } from '@hop3/core'
import { programText } from '../../readable-text.ts'

export interface FoundClass {
  readonly name: string
  readonly file: string
}

const languages = [
  ['java', 'java'],
  ['kotlin', 'kt'],
] as const
const usual = ['App', 'Main', 'Application', 'Server']
/** Files of one package that are looked into. */
const most = 30

/** Where Maven's own archetype puts it, and its neighbors: one of the usual names, else the only class there that has a main. */
export async function usualMainClass(source: SourceView, directory: string, groupId: string): Promise<FoundClass | undefined> {
  for (const [language, extension] of languages) {
    const place = joinPaths(directory, 'src/main', language, groupId.replaceAll('.', '/'))
    for (const name of usual) {
      const found = await classIn(source, { place, name, extension, groupId })
      if (found !== undefined) return found
    }
    const others = (await source.list(place)).filter((name) => /^\w+\.(?:java|kt)$/.test(name) && name.endsWith(`.${extension}`))
    const found = await Promise.all(
      others.slice(0, most).map((name) => classIn(source, { place, name: name.replace(/\.\w+$/, ''), extension, groupId })),
    )
    const [only, ...more] = found.flatMap((one) => one ?? [])
    if (only !== undefined && more.length === 0) return only
  }
  return undefined
}

interface Place {
  readonly place: string
  readonly name: string
  readonly extension: string
  readonly groupId: string
}

async function classIn(source: SourceView, { place, name, extension, groupId }: Place): Promise<FoundClass | undefined> {
  const file = `${place}/${name}.${extension}`
  const text = await programText(source, file)
  if (text !== undefined && /\bstatic\s+void\s+main\b/.test(text)) return { name: `${groupId}.${name}`, file }
  return text !== undefined && /^fun\s+main\b/m.test(text) ? { name: `${groupId}.${name}Kt`, file } : undefined
}
