/** The files of an app in which its application is looked for: a bounded number of names, most likely first. */
import { posix } from 'node:path'
import { insidePath } from '../inside.ts'
import type { PythonApp } from './python-app.ts'

/** First found wins: files made to be entered, then the usual names, then the usual packages. */
const usualFiles = [
  'streamlit_app.py', 'wsgi.py', 'asgi.py', 'app.py', 'main.py', 'application.py', 'server.py', 'run.py', 'api.py', 'index.py', 'hello.py', 'Home.py', 'Hello.py',
] // prettier-ignore
const packageFiles = ['__init__.py', 'main.py', 'app.py', 'wsgi.py', 'asgi.py', 'server.py', 'application.py', 'api.py', 'run.py']
const usualPackages = ['app', 'src', 'api', 'backend', 'server']
const isNeverTheApp =
  /^(?:tests?|docs?|migrations|scripts|examples?|static|templates|notebooks|node_modules|venv|env|setup\.py|conftest\.py|manage\.py|test_.*|.*_test\.py|docs?_.*)$/
/** Of files and directories with other names. */
const most = 20

export async function usualCandidates(app: PythonApp): Promise<readonly string[]> {
  const { names, module: project, source } = app
  const packages = [project, ...usualPackages].filter((name) => names.includes(name))
  const nested = project !== '' && names.includes('src') ? [`src/${project}`] : []
  return [
    ...(await flaskEnvFiles(source)),
    ...usualFiles.filter((name) => names.includes(name)),
    ...[...packages, ...nested].flatMap((one) => packageFiles.map((file) => `${one}/${file}`)),
  ]
}

/** Packages and programs of any name, for apps whose dependencies say that there must be an application somewhere. */
export async function otherCandidates({ names, source, module: own }: PythonApp): Promise<readonly string[]> {
  const below = names.includes('src') ? (await source.list('src')).map((name) => `src/${name}`) : []
  const packages: string[] = []
  const plain = [...names, ...below].filter((path) => /^(?:src\/)?[A-Za-z_]\w*$/.test(path) && !isNeverTheApp.test(posix.basename(path)))
  for (const directory of plain.slice(0, most)) if (await source.hasFile(`${directory}/__init__.py`)) packages.push(directory)
  const ownPackages = own === '' ? [] : packages.filter((one) => posix.basename(one) === own)
  const further = (await Promise.all(ownPackages.map((one) => programsIn(source, one)))).flat()
  const programs = names.filter((name) => name.endsWith('.py') && !name.startsWith('.') && !isNeverTheApp.test(name)).slice(0, most)
  return [...packages.flatMap((one) => packageFiles.map((file) => `${one}/${file}`)), ...further, ...programs]
}

/** Of the package that the project is named after: its application may be in a file of any name. */
async function programsIn(source: PythonApp['source'], directory: string): Promise<readonly string[]> {
  const programs = (await source.list(directory)).filter(
    (name) => /^\w+\.py$/.test(name) && !packageFiles.includes(name) && !isNeverTheApp.test(name),
  )
  return programs.slice(0, most).map((name) => `${directory}/${name}`)
}

/** `FLASK_APP=microblog.py`: what `flask run` would be told. */
async function flaskEnvFiles(source: PythonApp['source']): Promise<readonly string[]> {
  const value = /^[ \t]*(?:export\s+)?FLASK_APP\s*=\s*["']?([\w./-]+)/m.exec((await source.readText('.flaskenv')) ?? '')?.[1]
  if (value === undefined) return []
  const path = insidePath(value.endsWith('.py') ? value : value.replaceAll('.', '/'))
  if (path === undefined) return []
  return path.endsWith('.py') ? [path] : [`${path}.py`, `${path}/__init__.py`]
}
