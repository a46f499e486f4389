/** The files of the app a provider program asked for: names and patterns with `*`, `?` and `**`, read-only and bounded. */
import { filePattern, hop3Error, visible, type SourceView } from '@hop3/core'

const mostFiles = 200
const mostBytesEach = 1024 * 1024
const mostBytes = 8 * 1024 * 1024
const mostDirectories = 500
const deepest = 8
/** Never looked into by a pattern; a file in them can be asked for by its name. */
const skipped = new Set(['.git', '.hop3', 'node_modules', '.venv'])

/** Content by path, sorted. What is not there is left out. Throws `config.provider.exec-files` and what reading the source throws. */
export async function wantedFiles(
  source: SourceView,
  wanted: readonly string[],
  provider: string,
): Promise<Readonly<Record<string, string>>> {
  const patterns = wanted.filter(isPattern).map((pattern) => filePattern(normalize(pattern)))
  const named: string[] = []
  for (const path of wanted) if (!isPattern(path) && (await source.hasFile(path))) named.push(normalize(path))
  const found = patterns.length === 0 ? [] : await matches(source, patterns, provider)
  const paths = [...new Set([...named, ...found])].toSorted()
  if (paths.length > mostFiles) throw tooMuch(provider, `${paths.length} files; ${mostFiles} is the most`)
  const contents: [string, string][] = []
  let bytes = 0
  for (const path of paths) {
    const text = (await source.readText(path)) ?? ''
    const size = Buffer.byteLength(text)
    bytes += size
    if (size > mostBytesEach) throw tooMuch(provider, `${visible(path)}, which is larger than 1 MiB`)
    if (bytes > mostBytes) throw tooMuch(provider, 'more than 8 MiB')
    contents.push([path, text])
  }
  return Object.fromEntries(contents)
}

async function matches(source: SourceView, patterns: readonly ((path: string) => boolean)[], provider: string): Promise<readonly string[]> {
  const found: string[] = []
  const open: { readonly path: string; readonly depth: number }[] = [{ path: '', depth: 0 }]
  let directories = 0
  for (let next = open.shift(); next !== undefined && directories < mostDirectories; next = open.shift(), directories++) {
    for (const name of await source.list(next.path === '' ? '.' : next.path)) {
      const path = next.path === '' ? name : `${next.path}/${name}`
      if (patterns.some((isMeant) => isMeant(path)) && (await isFile(source, path))) found.push(path)
      else if (next.depth < deepest && !skipped.has(name) && (await isDirectory(source, path))) open.push({ path, depth: next.depth + 1 })
      if (found.length > mostFiles) throw tooMuch(provider, `more than ${mostFiles} files`)
    }
  }
  return found
}

/** A link that leads out of the app is nothing a pattern meant. */
async function isFile(source: SourceView, path: string): Promise<boolean> {
  return source.hasFile(path).catch(() => false)
}

async function isDirectory(source: SourceView, path: string): Promise<boolean> {
  return source.hasDirectory(path).catch(() => false)
}

function isPattern(path: string): boolean {
  return /[*?]/.test(path)
}

function normalize(path: string): string {
  return path.replace(/^(?:\.\/)+/, '')
}

function tooMuch(provider: string, what: string): Error {
  return hop3Error('config.provider.exec-files', `${provider} asks for ${what}.`, {
    hint: 'A provider reads manifests, not the whole source. Leave it out of the list, or report this to its authors.',
    details: { provider },
  })
}
