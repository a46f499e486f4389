/** Pelican: pelicanconf.py, and publishconf.py for what visitors get. */
import type { Generator, SitePlan, SiteRequest, SiteSource } from './generator.ts'
import { pythonTools } from './python-tools.ts'

export const pelican: Generator = {
  name: 'pelican',
  title: 'Pelican',
  find: async (site) => {
    const evidence = settingsOf(site)
    return evidence === undefined ? undefined : { evidence, isPart: true }
  },
  plan: planPelican,
}

function settingsOf({ names }: SiteSource): string | undefined {
  return names.includes('pelicanconf.py') ? (['publishconf.py'].find((name) => names.includes(name)) ?? 'pelicanconf.py') : undefined
}

async function planPelican(request: SiteRequest): Promise<SitePlan> {
  const tools = await pythonTools(request, { generator: 'pelican[markdown]', named: [] })
  const settings = settingsOf(request) ?? 'pelicanconf.py'
  return {
    ...tools,
    output: { directory: 'output', origin: 'Pelican' },
    command: `.venv/bin/pelican ${request.names.includes('content') ? 'content ' : ''}--settings ${settings} --output output`,
  }
}
