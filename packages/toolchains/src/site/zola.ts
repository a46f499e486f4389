/** Zola: config.toml with `base_url`, which Hugo spells without the underscore. */
import { originOf } from '../origin.ts'
import { textAt } from '../value-at.ts'
import type { Generator, SitePlan, SiteRequest } from './generator.ts'
import { toolVersion } from './tool-version.ts'

const files = ['config.toml', 'zola.toml']

export const zola: Generator = {
  name: 'zola',
  title: 'Zola',
  find: async ({ source, names }) => {
    const evidence = files.find((name) => names.includes(name))
    if (evidence === undefined || !['content', 'templates', 'themes'].some((name) => names.includes(name))) return undefined
    return /^[ \t]*base_url\s*=/m.test((await source.readText(evidence)) ?? '') ? { evidence } : undefined
  },
  plan: planZola,
}

async function planZola(request: SiteRequest): Promise<SitePlan> {
  const { source } = request
  const file = request.signs?.evidence ?? 'config.toml'
  const directory = textAt(await source.readToml(file), 'output_dir')
  const version = await toolVersion(request, { tool: 'zola', variable: 'ZOLA_VERSION' })
  return {
    output:
      directory === undefined
        ? { directory: 'public', origin: 'Zola' }
        : { directory, origin: originOf(file, await source.readText(file), /^[ \t]*output_dir\s*=/m) },
    command: 'zola build',
    versions: version === undefined ? {} : { zola: version },
  }
}
