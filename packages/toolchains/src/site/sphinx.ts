/** Sphinx: conf.py. */
import { posix } from 'node:path'
import { joinPaths, shellQuote } from '@hop3/core'
import { quotedTexts } from '../brackets.ts'
import { withoutComments } from '../code-lines.ts'
import { originOf } from '../origin.ts'
import type { Generator, Signs, SitePlan, SiteRequest, SiteSource } from './generator.ts'
import { pythonTools } from './python-tools.ts'
import { readReadTheDocs } from './read-the-docs.ts'

/** The packages of themes and extensions, by the names conf.py knows them by. Only these: any name would let anybody's package in. */
const packages: Readonly<Record<string, string>> = {
  furo: 'furo',
  myst_parser: 'myst-parser',
  nbsphinx: 'nbsphinx',
  'notfound.extension': 'sphinx-notfound-page',
  numpydoc: 'numpydoc',
  pydata_sphinx_theme: 'pydata-sphinx-theme',
  sphinx_autodoc_typehints: 'sphinx-autodoc-typehints',
  sphinx_book_theme: 'sphinx-book-theme',
  sphinx_copybutton: 'sphinx-copybutton',
  sphinx_design: 'sphinx-design',
  sphinx_inline_tabs: 'sphinx-inline-tabs',
  sphinx_rtd_theme: 'sphinx-rtd-theme',
  sphinx_tabs: 'sphinx-tabs',
  sphinxext_opengraph: 'sphinxext-opengraph',
  'sphinxcontrib.mermaid': 'sphinxcontrib-mermaid',
}

export const sphinx: Generator = { name: 'sphinx', title: 'Sphinx', find, findNamed, plan: planSphinx }

/**
 * The root, or what `sphinx-quickstart` makes with separate directories. Documentation in a directory of its own is the app only where no
 * manifest says that it describes one.
 */
async function find(site: SiteSource): Promise<Signs | undefined> {
  const { source, names } = site
  if (names.includes('conf.py') && (await isConfiguration(site, 'conf.py'))) return { evidence: 'conf.py', directory: '.', isPart: true }
  const makefile = ['Makefile', 'make.bat'].find((name) => names.includes(name))
  if (makefile !== undefined && names.includes('source') && /sphinx-build/.test((await source.readText(makefile)) ?? ''))
    return signsIn(site, 'source')
  const isProject =
    (await listsOthers(site)) || names.some((name) => /^(?:pyproject\.toml|setup\.(?:py|cfg)|package\.json|Pipfile)$/.test(name))
  return isProject ? undefined : findNamed(site)
}

/** requirements.txt of an app: Sphinx is not among them. */
async function listsOthers({ source, names }: SiteSource): Promise<boolean> {
  return names.includes('requirements.txt') && !/sphinx|furo/i.test((await source.readText('requirements.txt')) ?? '')
}

async function findNamed(site: SiteSource): Promise<Signs | undefined> {
  const configured = (await readReadTheDocs(site))?.sphinx
  const places = configured === undefined ? ['docs', 'docs/source', 'doc', 'doc/source', 'source'] : [posix.dirname(configured)]
  for (const place of places.filter((one) => one === '.' || site.names.includes(one.split('/')[0] ?? ''))) {
    const signs = await signsIn(site, place)
    if (signs !== undefined) return signs
  }
  return undefined
}

async function signsIn(site: SiteSource, directory: string): Promise<Signs | undefined> {
  const evidence = joinPaths(directory, 'conf.py')
  return (await isConfiguration(site, evidence)) ? { evidence, directory, isPart: true } : undefined
}

/** Other programs have a conf.py, too. */
async function isConfiguration({ source }: SiteSource, file: string): Promise<boolean> {
  if (!(await source.hasFile(file))) return false
  const text = withoutComments((await source.readText(file)) ?? '')
  return /^project\s*=/m.test(text) || /^(?:extensions|html_theme|templates_path|exclude_patterns|master_doc|root_doc)\s*=/m.test(text)
}

/** Where the documentation is made from the root, Sphinx is shown the app without what is installed into it: it takes every page it finds. */
const aside = '.hop3-source'

async function planSphinx(request: SiteRequest): Promise<SitePlan> {
  const directory = request.signs?.directory ?? '.'
  const file = joinPaths(directory, 'conf.py')
  const text = withoutComments((await request.source.readText(file)) ?? '')
  const tools = await pythonTools(request, {
    generator: 'sphinx',
    broughtBy: ['sphinx-rtd-theme', 'furo', 'sphinx-book-theme', 'pydata-sphinx-theme'],
    named: namedPackages(text).map(({ requirement, pattern }) => ({ requirement, origin: originOf(file, text, pattern) })),
    directory: directory === '.' ? undefined : directory,
  })
  // Where its own Makefile would write it.
  const output =
    directory === '.'
      ? '_build/html'
      : posix.basename(directory) === 'source'
        ? joinPaths(directory, '../build/html')
        : `${directory}/_build/html`
  const from = shellQuote(directory)
  return {
    ...tools,
    output: { directory: output, origin: 'Sphinx' },
    prepare: [...tools.prepare, ...(directory === '.' ? [`mkdir -p ${aside} && ln -sf "$PWD"/* ${aside}/`] : [])],
    command: [
      '.venv/bin/sphinx-build -b html',
      // What it has read, which is no page.
      `-d .hop3-tools/doctrees`,
      ...(directory === '.' ? [`-c . ${aside}`] : [from]),
      shellQuote(output),
    ].join(' '),
    exclude: [...tools.exclude, `/${aside}`],
  }
}

function namedPackages(text: string): readonly { readonly requirement: string; readonly pattern: RegExp }[] {
  const theme = /^html_theme\s*=\s*["']([\w.]+)["']/m.exec(text)?.[1]
  const names = [...quotedTexts(text, /^extensions\s*=\s*\[/m), ...(theme === undefined ? [] : [theme])]
  return [...new Set(names)].flatMap((name) =>
    Object.hasOwn(packages, name)
      ? [{ requirement: packages[name] ?? '', pattern: new RegExp(`["']${name.replaceAll('.', '\\.')}["']`) }]
      : [],
  )
}
