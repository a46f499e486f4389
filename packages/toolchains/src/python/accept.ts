import type { ToolchainContext, Verdict } from '@hop3/core'
import { pythonStart } from '../site/app-beside.ts'
import type { SiteSource } from '../site/generator.ts'
import { siteInstead } from '../site/instead.ts'
import { checkManifest } from '../manifest.ts'
import { tableAt } from '../value-at.ts'
import { readSetupFile } from './setup-file.ts'
import { sourceBelow } from '../source-below.ts'

/** Files that alone make an app a Python app, with what they say. pyproject.toml is not among them: it may hold settings of a linter only. */
const manifests: Readonly<Record<string, string>> = {
  'requirements.txt': 'lists its dependencies',
  'uv.lock': 'locks its dependencies',
  'poetry.lock': 'locks its dependencies',
  'pdm.lock': 'locks its dependencies',
  'Pipfile.lock': 'locks its dependencies',
  Pipfile: 'lists its dependencies',
  'manage.py': 'is the entry of a Django project',
  'setup.py': 'installs it',
}
const scripts = [
  'app.py',
  'main.py',
  'wsgi.py',
  'asgi.py',
  'streamlit_app.py',
  'application.py',
  'server.py',
  'run.py',
  'bot.py',
  'worker.py',
  'start.py',
  'hello.py',
]

/** Accepts by the names in the root; only pyproject.toml is opened. */
export async function acceptPython({ source: whole, root, named }: ToolchainContext): Promise<Verdict> {
  const source = sourceBelow(whole, root)
  const names = await source.list()
  const evidence = [...Object.keys(manifests), ...scripts].filter((name) => names.includes(name))
  if (names.includes('pyproject.toml') && (await isManifest(source))) evidence.unshift('pyproject.toml')
  const [first] = evidence
  const site = first === undefined || named ? undefined : await siteInstead({ source, names }, startsPython({ source, names }))
  if (site !== undefined) return { accepted: false, reason: `${first}, but nothing that Python starts: ${site}`, evidence }
  if (first !== undefined) return { accepted: true, reason: reasonFor(first), evidence }
  if (named) return { accepted: true, reason: 'the configuration names it', evidence: [] }
  return rejection(names)
}

function startsPython(site: SiteSource): () => Promise<boolean> {
  return async () => (await pythonStart(site)) !== undefined
}

async function isManifest(source: ToolchainContext['source']): Promise<boolean> {
  const data = await source.readToml('pyproject.toml')
  checkManifest({ file: 'pyproject.toml', text: await source.readText('pyproject.toml'), data }, [
    { at: ['project'], is: 'table', write: '[project]' },
    { at: ['tool', 'poetry'], is: 'table', write: '[tool.poetry]' },
  ])
  if (tableAt(data, 'project') !== undefined || tableAt(data, 'tool', 'poetry') !== undefined) return true
  return tableAt(data, 'build-system') !== undefined && (await readSetupFile(source, ['setup.cfg'])).isDeclared
}

function reasonFor(name: string): string {
  if (name === 'pyproject.toml') return 'pyproject.toml describes the project'
  return `${name} ${manifests[name] ?? 'is a Python program of the usual name'}`
}

function rejection(names: readonly string[]): Verdict {
  const about = (name: string, reason: string): Verdict => ({ accepted: false, reason, evidence: [name] })
  if (names.includes('pyproject.toml'))
    return about('pyproject.toml', 'pyproject.toml has neither [project] nor [tool.poetry]: settings of tools, no app')
  const misspelled = names.find((name) =>
    /^(?:re[a-z]{2,4}r[a-z]{2,6}ts?\.(?:txt(?:\.txt)?|text|in)|requirements?|py-?project\.(?:tml|toml))$/i.test(name),
  )
  if (misspelled !== undefined) {
    const meant = /^py/i.test(misspelled) ? 'pyproject.toml' : 'requirements.txt'
    return about(misspelled, `there is no ${meant}; ${misspelled} may be meant to be one`)
  }
  if (names.includes('environment.yml')) return about('environment.yml', 'environment.yml is for conda; write requirements.txt instead')
  return { accepted: false, reason: 'no requirements.txt, pyproject.toml, Pipfile, manage.py, app.py or main.py' }
}
