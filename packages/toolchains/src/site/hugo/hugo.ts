/** Hugo: hugo.toml and the other names of its configuration. */
import type { ToolVersion } from '@hop3/core'
import type { Generator, SitePlan, SiteRequest } from '../generator.ts'
import { npmTools } from '../npm-tools.ts'
import { toolVersion } from '../tool-version.ts'
import { hugoFiles, readHugoConfig } from './hugo-config.ts'
import type { HugoConfig } from './hugo-config.ts'
import { isVersion, readThemes } from './themes.ts'

export const hugo: Generator = {
  name: 'hugo',
  title: 'Hugo',
  find: async (site) => {
    const evidence = (await hugoFiles(site)).at(-1)
    return evidence === undefined ? undefined : { evidence }
  },
  plan: planHugo,
}

/** What Hugo downloads (modules, remote images) and computes (resized images) once. */
const cache = '~/.cache/hugo_cache'
const resources = 'resources/_gen'

async function planHugo(request: SiteRequest): Promise<SitePlan> {
  const { source, names } = request
  const config = await readHugoConfig(request)
  const themes = config === undefined ? {} : await readThemes(request, config)
  const npm = await npmTools(request, 'hugo')
  // A Hugo among the npm packages is the one that runs.
  const isFromNpm = npm?.packages.some((name) => /^(?:hugo-bin|hugo-extended)$/.test(name)) ?? false
  const range = minimumOf(config) ?? themes.minimum
  const version = isFromNpm ? undefined : await toolVersion(request, { tool: 'hugo', variable: 'HUGO_VERSION', range })
  const published = config?.find('publishDir')
  const hasModules = names.includes('go.mod') && !names.includes('_vendor')
  const gitInfo = config?.find('enableGitInfo')
  const isWithoutHistory = gitInfo?.value === true
  const keepsResources = await source.hasDirectory(resources)
  return {
    output:
      typeof published?.value === 'string'
        ? { directory: published.value, origin: published.origin }
        : { directory: 'public', origin: 'Hugo' },
    prepare: npm?.before === undefined ? [] : [npm.before],
    command: npm?.build ?? 'hugo --gc --minify',
    build: {
      cacheDirectories: [cache, ...(keepsResources ? [] : [resources])],
      variables: {
        // Hugo's own since 0.31, and what themes of that time ask for.
        HUGO_ENVIRONMENT: 'production',
        HUGO_ENV: 'production',
        ...(isWithoutHistory && { HUGO_ENABLEGITINFO: 'false' }),
      },
      ...(hasModules && { aptPkgs: ['golang-go'] }),
    },
    phases: npm?.phases ?? {},
    versions: { ...npm?.versions, ...(version && { hugo: version }) },
    exclude: [...(npm?.exclude ?? []), '/.hugo_build.lock'],
    decisions: [...(npm?.decisions ?? [])],
    warnings: [
      ...(npm?.warnings ?? []),
      ...(isWithoutHistory
        ? [
            `${gitInfo.origin} asks for the git history of pages, which is not part of a build: their dates are those of their front matter.`,
          ]
        : []),
      ...baseUrlWarning(config),
      ...(hasModules
        ? ['go.mod names modules that Hugo fetches while it builds, with Go and git: `hugo mod vendor` puts them into the source.']
        : []),
    ],
  }
}

/** `module.hugoVersion.min`. */
function minimumOf(config: HugoConfig | undefined): ToolVersion | undefined {
  const found = config?.find('module', 'hugoVersion', 'min')
  return typeof found?.value === 'string' && isVersion(found.value) ? { version: `>=${found.value}`, origin: found.origin } : undefined
}

/** It is the author's to say; but the one that `hugo new site` writes is nobody's. */
function baseUrlWarning(config: HugoConfig | undefined): readonly string[] {
  const found = config?.find('baseURL')
  if (typeof found?.value !== 'string' || !/^https?:\/\/(?:www\.)?(?:example\.(?:org|com)|localhost)\b/.test(found.value)) return []
  return [`${found.origin} says baseURL = "${found.value}", where all absolute links of the site lead: write your own domain, or "/".`]
}
