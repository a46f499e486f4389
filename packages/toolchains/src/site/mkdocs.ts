/** MkDocs: mkdocs.yml. */
import { originOf } from '../origin.ts'
import { tableAt, textAt, valueAt } from '../value-at.ts'
import { configuredOutput, foundByFile } from './by-file.ts'
import type { Generator, SitePlan, SiteRequest } from './generator.ts'
import { pythonTools } from './python-tools.ts'

/** The packages of themes and plugins, by the names mkdocs.yml knows them by. Only these: any name would let anybody's package in. */
const themes: Readonly<Record<string, string>> = { material: 'mkdocs-material' }
const plugins: Readonly<Record<string, string>> = {
  autorefs: 'mkdocs-autorefs',
  'awesome-pages': 'mkdocs-awesome-pages-plugin',
  'gen-files': 'mkdocs-gen-files',
  'git-revision-date-localized': 'mkdocs-git-revision-date-localized-plugin',
  glightbox: 'mkdocs-glightbox',
  'include-markdown': 'mkdocs-include-markdown-plugin',
  'literate-nav': 'mkdocs-literate-nav',
  macros: 'mkdocs-macros-plugin',
  minify: 'mkdocs-minify-plugin',
  mkdocstrings: 'mkdocstrings[python]',
  redirects: 'mkdocs-redirects',
  rss: 'mkdocs-rss-plugin',
  'section-index': 'mkdocs-section-index',
}

const files = ['mkdocs.yml', 'mkdocs.yaml']

export const mkdocs: Generator = {
  name: 'mkdocs',
  title: 'MkDocs',
  find: foundByFile(...files),
  plan: planMkdocs,
}

/** Not strict: a warning of MkDocs is no reason to keep a site back. */
async function planMkdocs(request: SiteRequest): Promise<SitePlan> {
  const file = files.find((name) => request.names.includes(name))
  const text = file === undefined ? undefined : await request.source.readText(file)
  const data = file === undefined ? undefined : await request.source.readYaml(file)
  const tools = await pythonTools(request, {
    // MkDocs 2 reads another configuration.
    generator: 'mkdocs>=1.6,<2',
    broughtBy: ['mkdocs-material'],
    named: namedPackages(data).map(({ requirement, name }) => ({
      requirement,
      origin: originOf(file ?? '', text, new RegExp(`\\b${name}\\b`)),
    })),
  })
  return {
    ...tools,
    output: await configuredOutput(request, { file, data, at: ['site_dir'], usual: 'site', title: 'MkDocs' }),
    command: '.venv/bin/mkdocs build',
  }
}

function namedPackages(data: unknown): readonly { readonly requirement: string; readonly name: string }[] {
  const theme = textAt(data, 'theme') ?? textAt(data, 'theme', 'name') ?? ''
  const listed = valueAt(data, 'plugins')
  const names = Array.isArray(listed)
    ? listed.flatMap((one: unknown) => (typeof one === 'string' ? [one] : Object.keys(tableAt(one) ?? {})))
    : Object.keys(tableAt(listed) ?? {})
  const pairs = [[themes, theme] as const, ...names.map((name) => [plugins, name] as const)]
  return pairs.flatMap(([table, name]) => (Object.hasOwn(table, name) ? [{ requirement: table[name] ?? '', name }] : []))
}
