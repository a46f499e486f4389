/** Whether a framework's build is a site, and in which directory. */
import { tableAt, textAt, valueAt } from '../value-at.ts'
import { clientRouters } from './framework.ts'
import type { Framework } from './framework.ts'
import { dependsOn } from './package-json.ts'
import type { NodeApp } from './package-json.ts'

export interface Site {
  readonly directory: string
  /** Unknown paths are answered with index.html. */
  readonly spa: boolean
  /** Why: `astro.config.mjs has no server output`. */
  readonly reason: string
}

/** Undefined when what the framework builds needs a server. `command` is the build script's text. */
export async function siteOf(app: NodeApp, framework: Framework, command: string): Promise<Site | undefined> {
  const read = readers[framework.name]
  return read === undefined ? undefined : read(app, command)
}

type Reader = (app: NodeApp, command: string) => Promise<Site | undefined>

const readers: Readonly<Record<string, Reader>> = {
  vite: async (app, command) =>
    bundle(app, outDirOption(command) ?? (await configured(app, 'vite.config', /\boutDir\s*:\s*['"`]([^'"`]+)['"`]/)) ?? 'dist'),
  'create-react-app': async (app) => bundle(app, 'build'),
  'vue-cli': async (app) => bundle(app, (await configured(app, 'vue.config', /\boutputDir\s*:\s*['"]([^'"]+)['"]/)) ?? 'dist'),
  angular: angularSite,
  astro: async (app) => {
    const hasAdapter = ['@astrojs/node', '@astrojs/cloudflare', '@astrojs/vercel', '@astrojs/netlify'].some((name) => dependsOn(app, name))
    if (hasAdapter) return undefined
    return pages((await configured(app, 'astro.config', /\boutDir\s*:\s*['"`]([^'"`]+)['"`]/)) ?? 'dist', 'astro without a server adapter')
  },
  next: async (app) => {
    const isExport = (await configured(app, 'next.config', /^[^/\n]*\boutput\s*:\s*['"](export)['"]/m)) !== undefined
    return isExport
      ? pages((await configured(app, 'next.config', /\bdistDir\s*:\s*['"]([^'"]+)['"]/)) ?? 'out', "next.config says output: 'export'")
      : undefined
  },
  nuxt: async (_, command) => (/\bgenerate\b/.test(command) ? pages('.output/public', 'nuxt generate') : undefined),
  sveltekit: async (app) => {
    if (!dependsOn(app, '@sveltejs/adapter-static')) return undefined
    const fallback = await configured(app, 'svelte.config', /\bfallback\s*:\s*['"]([^'"]+)['"]/)
    const directory = (await configured(app, 'svelte.config', /\bpages\s*:\s*['"]([^'"]+)['"]/)) ?? 'build'
    return { directory, spa: fallback === 'index.html', reason: '@sveltejs/adapter-static' }
  },
  'react-router': async (app) => {
    const isClientOnly = (await configured(app, 'react-router.config', /\b(ssr)\s*:\s*false/)) !== undefined
    return isClientOnly ? { directory: 'build/client', spa: true, reason: 'react-router.config says ssr: false' } : undefined
  },
  docusaurus: async () => pages('build', 'docusaurus'),
  eleventy: async (_, command) => pages(/--output[= ](\S+)/.exec(command)?.[1] ?? '_site', 'eleventy'),
  vitepress: async (_, command) =>
    pages(`${withoutSlash(/\bvitepress build\s+([^-\s]\S*)/.exec(command)?.[1] ?? '.')}/.vitepress/dist`.replace(/^\.\//, ''), 'vitepress'),
}

function bundle(app: NodeApp, directory: string): Site {
  const router = clientRouters.find((name) => dependsOn(app, name))
  return {
    directory: withoutSlash(directory.replace(/^\.\//, '')),
    spa: router !== undefined,
    reason: router === undefined ? 'no client-side router among the dependencies' : `${router} routes in the browser`,
  }
}

function pages(directory: string, reason: string): Site {
  return { directory: withoutSlash(directory.replace(/^\.\//, '')), spa: false, reason }
}

async function angularSite(app: NodeApp): Promise<Site | undefined> {
  const workspace = app.names.includes('angular.json') ? await app.source.readJson('angular.json') : undefined
  const projects = Object.entries(tableAt(workspace, 'projects') ?? {})
  const [name, project] = projects.find(([, one]) => textAt(one, 'projectType') === 'application') ?? []
  const options = valueAt(project, 'architect', 'build', 'options') ?? valueAt(project, 'targets', 'build', 'options')
  const builder = textAt(project, 'architect', 'build', 'builder') ?? textAt(project, 'targets', 'build', 'builder') ?? ''
  if (valueAt(options, 'ssr') !== undefined && valueAt(options, 'ssr') !== false && textAt(options, 'outputMode') !== 'static')
    return undefined
  const base = textAt(options, 'outputPath') ?? textAt(options, 'outputPath', 'base') ?? `dist/${name ?? textAt(app.data, 'name') ?? ''}`
  // The application builders write what browsers load into a directory of its own.
  const browser = builder.endsWith(':application') ? `/${textAt(options, 'outputPath', 'browser') ?? 'browser'}` : ''
  return { directory: withoutSlash(`${withoutSlash(base)}${browser}`), spa: true, reason: 'angular.json has no server output' }
}

/** The first group of `pattern` in the framework's configuration file, whatever its extension. It is searched, never run. */
async function configured(app: NodeApp, name: string, pattern: RegExp): Promise<string | undefined> {
  const file = ['.ts', '.mts', '.js', '.mjs', '.cjs'].map((extension) => name + extension).find((one) => app.names.includes(one))
  return file === undefined ? undefined : pattern.exec((await app.source.readText(file)) ?? '')?.[1]
}

function outDirOption(command: string): string | undefined {
  return /--outDir[= ](\S+)/.exec(command)?.[1]
}

function withoutSlash(directory: string): string {
  return directory.replace(/\/+$/, '')
}
