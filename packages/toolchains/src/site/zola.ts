/** Zola: config.toml with `base_url`, which Hugo spells without the underscore. */
import { configuredOutput } from './by-file.ts'
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
  const version = await toolVersion(request, { tool: 'zola', variable: 'ZOLA_VERSION' })
  return {
    output: await configuredOutput(request, {
      file,
      data: await source.readToml(file),
      at: ['output_dir'],
      usual: 'public',
      title: 'Zola',
    }),
    command: 'zola build',
    versions: version === undefined ? {} : { zola: version },
  }
}
