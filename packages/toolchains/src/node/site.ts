/** Whether a framework's build is a site, and in which directory. */
import { withoutTrailingSlashes } from '@hop3/core'
import { textAt } from '../value-at.ts'
import { angularProject } from './angular.ts'
import { bundlerSite } from './bundler-site.ts'
import { configured } from './config-file.ts'
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
  rsbuild: async (app, command) => {
    const isServer = (await configured(app, 'rsbuild.config', /\btarget\s*:\s*['"](node)['"]/)) !== undefined
    if (isServer || !/\brsbuild build\b/.test(command)) return undefined
    const directory = await configured(app, 'rsbuild.config', /\bdistPath\s*:\s*(?:\{\s*root\s*:\s*)?['"`]([^'"`]+)['"`]/)
    return bundle(app, directory ?? 'dist')
  },
  webpack: bundlerReader,
  rspack: bundlerReader,
  expo: async (app) => {
    const output = textAt(app.names.includes('app.json') ? await app.source.readJson('app.json') : undefined, 'expo', 'web', 'output')
    if (!dependsOn(app, 'react-native-web') || output === 'server') return undefined
    return { directory: 'dist', spa: output !== 'static', reason: 'expo export, for the web' }
  },
  farm: async (app) =>
    bundle(app, (await configured(app, 'farm.config', /\boutput\s*:\s*\{[^{}]{0,500}\bpath\s*:\s*['"`]([^'"`]+)['"`]/)) ?? 'dist'),
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
    // Newer versions have all of it in Vite's configuration.
    const read = async (pattern: RegExp): Promise<string | undefined> =>
      (await configured(app, 'svelte.config', pattern)) ?? (await configured(app, 'vite.config', pattern))
    const fallback = await read(/\bfallback\s*:\s*['"]([^'"]+)['"]/)
    const directory = (await read(/\bpages\s*:\s*['"]([^'"]+)['"]/)) ?? 'build'
    return { directory, spa: fallback === 'index.html', reason: '@sveltejs/adapter-static' }
  },
  'react-router': async (app) => {
    const isClientOnly = (await configured(app, 'react-router.config', /\b(ssr)\s*:\s*false/)) !== undefined
    return isClientOnly ? { directory: 'build/client', spa: true, reason: 'react-router.config says ssr: false' } : undefined
  },
  remix: async (app) => {
    const isClientOnly = (await configured(app, 'vite.config', /\b(ssr)\s*:\s*false/)) !== undefined
    return isClientOnly ? { directory: 'build/client', spa: true, reason: 'vite.config says ssr: false' } : undefined
  },
  // The static adapter's own configuration is all that tells.
  qwik: async ({ scripts }) =>
    /\badapters\/static\b/.test(scripts['build.server'] ?? '') ? pages('dist', 'qwik with the static adapter') : undefined,
  gatsby: async () => pages('public', 'gatsby'),
  parcel: async (app, command) => bundle(app, /--dist-dir[= ](\S+)/.exec(command)?.[1] ?? 'dist'),
  docusaurus: async () => pages('build', 'docusaurus'),
  eleventy: async (_, command) => pages(/--output[= ](\S+)/.exec(command)?.[1] ?? '_site', 'eleventy'),
  hexo: async (app) => pages(textAt(await app.source.readYaml('_config.yml'), 'public_dir') ?? 'public', 'hexo'),
  // Each slide has a path of its own, which exists in the browser only.
  slidev: async (_, command) => ({ ...pages(/--out[= ](\S+)/.exec(command)?.[1] ?? 'dist', 'slidev'), spa: true }),
  vitepress: async (_, command) => pages(besideDocuments('vitepress', command), 'vitepress'),
  vuepress: async (_, command) => pages(besideDocuments('vuepress', command), 'vuepress'),
}

async function bundlerReader(app: NodeApp, command: string): Promise<Site | undefined> {
  const found = await bundlerSite(app, command)
  if (found === undefined) return undefined
  const site = bundle(app, found.directory)
  return found.isSpa && !site.spa ? { ...site, spa: true, reason: 'historyApiFallback answers every path while developing' } : site
}

/** `docs/.vitepress/dist` of `vitepress build docs`. */
function besideDocuments(name: 'vitepress' | 'vuepress', command: string): string {
  const asked = new RegExp(`\\b${name}(?:-\\w+)? build\\s+([^-\\s]\\S*)`).exec(command)?.[1] ?? '.'
  return `${withoutTrailingSlashes(asked)}/.${name}/dist`.replace(/^\.\//, '')
}

function bundle(app: NodeApp, directory: string): Site {
  const router = clientRouters.find((name) => dependsOn(app, name))
  return {
    directory: withoutTrailingSlashes(directory.replace(/^\.\//, '')),
    spa: router !== undefined,
    reason: router === undefined ? 'no client-side router among the dependencies' : `${router} routes in the browser`,
  }
}

function pages(directory: string, reason: string): Site {
  return { directory: withoutTrailingSlashes(directory.replace(/^\.\//, '')), spa: false, reason }
}

async function angularSite(app: NodeApp): Promise<Site | undefined> {
  const project = await angularProject(app)
  if (project?.server !== undefined) return undefined
  const directory = project?.browser ?? withoutTrailingSlashes(`dist/${textAt(app.data, 'name') ?? ''}`)
  return { directory, spa: true, reason: 'angular.json has no server output' }
}

function outDirOption(command: string): string | undefined {
  return /--outDir[= ](\S+)/.exec(command)?.[1]
}
