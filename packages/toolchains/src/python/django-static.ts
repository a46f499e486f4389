/** Where a Django project collects its static files to, as its settings say it in text. */
import { withoutTrailingSlashes } from '@hop3/core'
import { insidePath } from '../inside.ts'
import { firstMatch } from './settings-text.ts'
import type { SettingsText } from './settings-text.ts'

export interface StaticFiles {
  readonly origin: string
  /** STATIC_ROOT relative to the app; absent where that takes Python to know. */
  readonly directory?: string
  /** `/static/`; absent when they are served from another host. */
  readonly url?: string
}

/** Undefined when nothing is to be collected: no staticfiles app, or no STATIC_ROOT. */
export function readStaticFiles(texts: readonly SettingsText[]): StaticFiles | undefined {
  if (!texts.some(({ text }) => text.includes('django.contrib.staticfiles'))) return undefined
  const root = firstMatch(texts, /^STATIC_ROOT\s*(?::[^=\n]+)?=\s*(.+)$/m)
  if (root?.value === undefined || /^(?:None|""|'')/.test(root.value)) return undefined
  const directory = directoryOf(root.value, root.in)
  const url = firstMatch(texts, /^STATIC_URL\s*(?::[^=\n]+)?=\s*['"]([^'"]+)['"]/m)?.value
  const isLocal = url !== undefined && !/^(?:[a-z]+:)?\/\//i.test(url)
  return {
    origin: root.origin,
    ...(directory !== undefined && { directory }),
    ...(isLocal && { url: `/${withoutTrailingSlashes(url.replace(/^\/+/, ''))}/` }),
  }
}

/** `BASE_DIR / 'staticfiles'`, `os.path.join(BASE_DIR, 'static', 'all')`, `'staticfiles'`, where BASE_DIR is the app's root. */
function directoryOf(expression: string, { path, text }: SettingsText): string | undefined {
  const code = expression.replace(/\s#.*$/, '').trim()
  const parts = [...code.matchAll(/['"]([^'"]*)['"]/g)].map((found) => found[1] ?? '')
  const bare = code.replace(/['"][^'"]*['"]/g, 'X')
  const isRelativeText = bare === 'X'
  const isJoined =
    /^(?:str\()?BASE_DIR(?:\s*\/\s*X)+\)?$/.test(bare) ||
    /^(?:os\.path\.join\(|BASE_DIR\.joinpath\()(?:BASE_DIR,\s*)?X(?:,\s*X)*,?\s*\)$/.test(bare)
  if (parts.length === 0 || !(isRelativeText || (isJoined && isRootBaseDir(path, text)))) return undefined
  return insidePath(parts.join('/'))
}

/** As many steps up from the settings file as it lies deep. */
function isRootBaseDir(path: string, text: string): boolean {
  const line = /^BASE_DIR\s*=\s*(.+)$/m.exec(text)?.[1] ?? ''
  const parents = /\.parents\[(\d+)\]/.exec(line)?.[1]
  const steps = parents === undefined ? (line.match(/\.parent\b|dirname\(/g) ?? []).length : Number(parents) + 1
  return line.includes('__file__') && steps === path.split('/').length
}
