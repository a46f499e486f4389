import { isHop3Error } from '@hop3/core'
import type { SourceView } from '@hop3/core'

/**
 * As `readText`, but undefined for what is no text or longer than a source view reads: for lock files of large apps, and for files that may
 * be anything, bundles for example, and are only looked into.
 */
export async function readableText(source: SourceView, file: string): Promise<string | undefined> {
  try {
    return await source.readText(file)
  } catch (error) {
    if (isHop3Error(error) && error.code === 'config.unreadable') return undefined
    throw error
  }
}
