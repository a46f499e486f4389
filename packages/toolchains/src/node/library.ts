/** Packages that are made to be imported: other packages start them, and a build of theirs is no app. */
import { programText } from '../readable-text.ts'
import { valueAt } from '../value-at.ts'
import { configured } from './config-file.ts'
import { frameworks } from './framework.ts'
import { dependsOn } from './package-json.ts'
import type { NodeApp } from './package-json.ts'
import { exportingEntry } from './exporting-entry.ts'
import { entryFiles } from './runtime.ts'
import { siteOf } from './site.ts'

/** What only somebody writes who publishes. */
const published = ['exports', 'module', 'types', 'typings', 'publishConfig', 'peerDependencies', 'bin']

/** The key that says so; undefined for what starts something, or may: a start script, a framework's site or server, a file of a server's name. */
export async function libraryKey(app: NodeApp): Promise<string | undefined> {
  const written = published.find((name) => valueAt(app.data, name) !== undefined) ?? (await unbuiltMain(app))
  const key = written ?? (await exportingEntry(app))
  if (key === undefined || app.scripts['start'] !== undefined || valueAt(app.data, 'workspaces') !== undefined) return undefined
  const isServer = entryFiles.some((name) => !name.startsWith('index.') && app.names.includes(name))
  if (isServer || (written !== undefined && (await hasIndexThatRuns(app)))) return undefined
  const framework = frameworks.find(({ dependency }) => dependsOn(app, dependency))
  if (framework === undefined) return key
  // Plugins of Rsbuild list it, and are built by something else.
  if (framework.name === 'rsbuild') return /\brsbuild build\b/.test(app.scripts['build'] ?? '') ? undefined : key
  // Bundlers make libraries as well, and those have no page.
  if (framework.name === 'webpack' || framework.name === 'rspack')
    return (await siteOf(app, framework, app.scripts['build'] ?? '')) === undefined ? key : undefined
  const isBundled = framework.name === 'vite' || framework.name === 'parcel'
  const makesLibrary =
    isBundled && (!app.names.includes('index.html') || (await configured(app, 'vite.config', /\b(lib)\s*:\s*\{/)) !== undefined)
  return makesLibrary ? key : undefined
}

/** `main` of a file that only the build makes. */
async function unbuiltMain({ data, source, scripts }: NodeApp): Promise<string | undefined> {
  const main = valueAt(data, 'main')
  if (typeof main !== 'string' || scripts['build'] === undefined) return undefined
  return /^(?:\.\/)?(?:dist|lib|build|out)\//.test(main) && !(await source.hasFile(main)) && valueAt(data, 'private') !== true
    ? 'main'
    : undefined
}

/** It listens, or is a program that reads its command line or environment. */
async function hasIndexThatRuns(app: NodeApp): Promise<boolean> {
  for (const name of entryFiles.filter((one) => one.startsWith('index.') && app.names.includes(one)))
    if (/\.listen\(|\bcreateServer\(|\bserve\(|\bprocess\.(?:env|argv)\b/.test((await programText(app.source, name)) ?? '')) return true
  return false
}
