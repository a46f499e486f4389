/** Which directory a site without a build is published from. */
import { normalPath } from '@hop3/core'
import type { SourceView } from '@hop3/core'
import { originOf } from '../origin.ts'

export interface SiteRoot {
  /** Relative to the app; `.` is the app itself. */
  readonly directory: string
  readonly evidence: string
  readonly origin: string
  readonly spa?: boolean
}

/** `build` and `dist` come last: there, a page is most likely a leftover. */
const directories = ['public', '_site', 'site', 'dist', 'build']

/** Staticfile, else index.html in the root, else in a directory of a usual name. */
export async function findRoot(source: SourceView, names: readonly string[]): Promise<SiteRoot | undefined> {
  if (names.includes('Staticfile')) return readStaticfile((await source.readText('Staticfile')) ?? '')
  if (names.includes('index.html')) return { directory: '.', evidence: 'index.html', origin: 'index.html' }
  for (const directory of directories.filter((name) => names.includes(name))) {
    const page = `${directory}/index.html`
    if (await source.hasFile(page)) return { directory, evidence: page, origin: page }
  }
  return undefined
}

/** Cloud Foundry's file: `root: public`, `pushstate: enabled`. */
function readStaticfile(text: string): SiteRoot {
  const root = [...text.matchAll(/^root:(.*)$/gm)].map(([, line = '']) => plainText(line)).find((one) => one !== undefined)
  return {
    directory: siteDirectory(root === undefined || root === '' ? '.' : root),
    evidence: 'Staticfile',
    origin: originOf('Staticfile', text, /^root:/m),
    ...(/^pushstate:[ \t]*(?:enabled|true)\b/m.test(text) && { spa: true }),
  }
}

/** Without quotes and what is behind `#`; undefined where other quotes are in it. */
function plainText(line: string): string | undefined {
  const [value = ''] = line.split('#', 1)
  return /^["']?([^"']*)["']?$/.exec(value.trim())?.[1]?.trim()
}

/** Normalized, without a slash at the end. */
export function siteDirectory(path: string): string {
  return normalPath(path).replace(/(?<=.)\/+$/, '')
}
