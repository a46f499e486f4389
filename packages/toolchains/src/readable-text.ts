import { isHop3Error } from '@hop3/core'
import type { SourceView } from '@hop3/core'

/**
 * As `readText`, but undefined for what is no text or longer than a source view reads: for lock files of large apps, and for files that may
 * be anything, bundles for example, and are only looked into.
 */
export async function readableText(source: SourceView, file: string): Promise<string | undefined> {
  return textUnless(source, file, ['config.unreadable', 'config.too-large'])
}

/**
 * As `readText`, but undefined for what is too long: tables and bundles that a program is made of say nothing of how it starts, and of the
 * longest lock files a tool reads what it needs itself.
 */
export async function programText(source: SourceView, file: string): Promise<string | undefined> {
  return textUnless(source, file, ['config.too-large'])
}

async function textUnless(source: SourceView, file: string, codes: readonly string[]): Promise<string | undefined> {
  try {
    return await source.readText(file)
  } catch (error) {
    if (isHop3Error(error) && codes.includes(error.code)) return undefined
    throw error
  }
}
