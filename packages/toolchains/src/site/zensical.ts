/** Zensical: zensical.toml. It builds a mkdocs.yml as well, which is MkDocs' as long as nothing says otherwise. */
import { originOf } from '../origin.ts'
import { textAt } from '../value-at.ts'
import type { Generator, SitePlan, SiteRequest } from './generator.ts'
import { pythonTools } from './python-tools.ts'

const file = 'zensical.toml'

export const zensical: Generator = {
  name: 'zensical',
  title: 'Zensical',
  find: async ({ names }) => (names.includes(file) ? { evidence: file, isPart: true } : undefined),
  plan: planZensical,
}

async function planZensical(request: SiteRequest): Promise<SitePlan> {
  const { source } = request
  const tools = await pythonTools(request, { generator: 'zensical', named: [] })
  const directory = textAt(await source.readToml(file), 'project', 'site_dir')
  return {
    ...tools,
    output:
      directory === undefined
        ? { directory: 'site', origin: 'Zensical' }
        : { directory, origin: originOf(file, await source.readText(file), /^[ \t]*site_dir\s*=/m) },
    command: '.venv/bin/zensical build',
  }
}
