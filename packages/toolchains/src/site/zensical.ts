/** Zensical: zensical.toml. It builds a mkdocs.yml as well, which is MkDocs' as long as nothing says otherwise. */
import { configuredOutput, foundByFile } from './by-file.ts'
import type { Generator, SitePlan, SiteRequest } from './generator.ts'
import { pythonTools } from './python-tools.ts'

const file = 'zensical.toml'

export const zensical: Generator = {
  name: 'zensical',
  title: 'Zensical',
  find: foundByFile(file),
  plan: planZensical,
}

async function planZensical(request: SiteRequest): Promise<SitePlan> {
  const { source } = request
  const tools = await pythonTools(request, { generator: 'zensical', named: [] })
  const data = await source.readToml(file)
  return {
    ...tools,
    output: await configuredOutput(request, { file, data, at: ['project', 'site_dir'], usual: 'site', title: 'Zensical' }),
    command: '.venv/bin/zensical build',
  }
}
