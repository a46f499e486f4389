/** The texts of a Django project's settings, and how they are searched. */
import { posix } from 'node:path'
import type { SourceView } from '@hop3/core'
import { originOf } from '../origin.ts'

export interface SettingsText {
  readonly path: string
  readonly text: string
}

/** The settings file itself and the `base.py` or `common.py` beside it, which settings packages share. */
export async function settingsTexts(source: SourceView, module: string): Promise<readonly SettingsText[]> {
  const path = module.replaceAll('.', '/')
  const shared = [posix.dirname(path), path].flatMap((one) => [`${one}/base.py`, `${one}/common.py`])
  const files = [`${path}.py`, `${path}/__init__.py`, ...shared]
  const read = await Promise.all(files.map(async (file) => ({ path: file, text: await source.readText(file) })))
  return read.flatMap(({ path: file, text }) => (text === undefined ? [] : [{ path: file, text }]))
}

/**
 * The variables settings cannot do without: `os.environ["SECRET_KEY"]`, `env("SECRET_KEY")`, `config("SECRET_KEY")`, none of them with a default.
 * Commands that load the settings need them.
 */
export function requiredVariables(texts: readonly SettingsText[]): readonly string[] {
  const needs = /(?:\benviron\[\s*|\benv(?:\.\w+)?\(\s*|\bconfig\(\s*)["']([A-Z][A-Z0-9_]*)["']\s*[\])]/g
  const code = texts.map(({ text }) => text.replace(/^[ \t]*#.*$/gm, ''))
  return [...new Set(code.flatMap((text) => [...text.matchAll(needs)].map((found) => found[1] ?? '')))].toSorted()
}

export function firstMatch(
  texts: readonly SettingsText[],
  pattern: RegExp,
): { readonly value: string | undefined; readonly origin: string; readonly in: SettingsText } | undefined {
  for (const one of texts) {
    const found = pattern.exec(one.text)
    if (found !== null) return { value: found[1]?.trim(), origin: originOf(one.path, one.text, pattern), in: one }
  }
  return undefined
}
