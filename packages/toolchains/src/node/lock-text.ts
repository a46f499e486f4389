import { isHop3Error } from '@hop3/core'
import type { SourceView } from '@hop3/core'

/** Undefined for lock files that are longer than a source view reads, as those of large apps are. */
export async function textOf(source: SourceView, file: string): Promise<string | undefined> {
  try {
    return await source.readText(file)
  } catch (error) {
    if (isHop3Error(error) && error.code === 'config.unreadable') return undefined
    throw error
  }
}
