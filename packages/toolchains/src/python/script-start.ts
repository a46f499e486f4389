/** Programs that are started as such: a file of the usual name, a package's `__main__.py`, a command of the project. */
import { shellQuote } from '@hop3/core'
import { bareCommandWarning } from '../bare-command.ts'
import { withoutComments } from '../code-lines.ts'
import { fixedPortWarning } from '../fixed-port.ts'
import { originOf } from '../origin.ts'
import { projectCommands } from './project-commands.ts'
import { moduleName } from './own-package.ts'
import type { PythonApp } from './python-app.ts'

export interface ScriptStart {
  readonly process: 'web' | 'worker'
  readonly command: string
  readonly origin: string
  readonly importRoot?: string
  readonly warnings: readonly string[]
}

const names = ['main.py', 'app.py', 'server.py', 'run.py', 'bot.py', 'worker.py', 'start.py', 'hello.py']
/** Of several commands of a project, the one that is meant to be started. */
const usualCommands = ['web', 'serve', 'server', 'start', 'run', 'app']
/** What a program that listens has in its text: the variable, or what brings a server. */
const listens =
  /\bPORT\b|http\.server|socket|wsgiref|aiohttp|tornado|sanic|uvicorn|waitress|gunicorn|hypercorn|cherrypy|twisted|grpc|nicegui|flask|bottle|fastapi|starlette|dash\b|panel|\.listen\(|\bserve\(|\.run_app\(|app\.run\(|asyncio\.start_server/i

/** A program of the usual name; else a package's own; else, of an app that is installed, its command. */
export async function findScript(app: PythonApp, isInstalled: boolean): Promise<ScriptStart | undefined> {
  const places = names.flatMap((name) => (app.names.includes(name) ? [name] : []))
  const nested = ['src', 'app']
    .filter((one) => app.names.includes(one))
    .flatMap((one) => ['main.py', 'app.py'].map((file) => `${one}/${file}`))
  for (const path of [...places, ...nested]) {
    const text = await app.source.readText(path)
    if (text !== undefined) return fileStart(app, path, text)
  }
  const command = isInstalled ? await chooseCommand(app) : undefined
  return command ?? packageStart(app)
}

async function fileStart(app: PythonApp, path: string, text: string): Promise<ScriptStart> {
  const code = withoutComments(text)
  const imported = [...code.matchAll(/^[ \t]*(?:from|import)\s+([A-Za-z_]\w*|\.)/gm)].map((found) => found[1] ?? '')
  const beside = path.includes('/') ? await app.source.list(path.replace(/\/[^/]*$/, '')) : app.names
  // What its own modules do is not looked into: then it may well listen.
  const isWhole = imported.every((name) => name !== '.' && !beside.includes(name) && !beside.includes(`${name}.py`))
  const isWorker = isWhole && !listens.test(code)
  return {
    process: isWorker ? 'worker' : 'web',
    command: `python ${shellQuote(path)}`,
    origin: path,
    warnings: isWorker ? [] : [...fixedPortWarning('python', path, code), ...defaultPortWarning(path, code)],
  }
}

/** aiohttp listens on 8080 where it is told nothing. */
function defaultPortWarning(path: string, code: string): readonly string[] {
  const call = /\bweb\.run_app\((?![^)]*\b(?:port|path|sock)\s*=)[^)]*\)/
  if (!call.test(code)) return []
  return [
    `${originOf(path, code, call)} listens on port 8080, wherever it is told to listen, so its health check will fail: add host=os.environ["BIND_ADDRESS"], port=int(os.environ["PORT"]).`,
  ]
}

/** The only one; else the one named like the project, or as one that is meant to be started. */
async function chooseCommand(app: PythonApp): Promise<ScriptStart | undefined> {
  const { names: commands, origin } = await projectCommands(app)
  const module = moduleName(app.pyproject?.data)
  const wanted =
    commands.find((name) => name.replace(/[-.]/g, '_').toLowerCase() === module) ?? usualCommands.find((name) => commands.includes(name))
  const command = commands.length === 1 ? commands[0] : wanted
  if (command === undefined) return undefined
  return {
    process: 'web',
    command,
    origin,
    warnings: [bareCommandWarning(command)],
  }
}

/** `python -m shop`; `python .` where the root itself is one. */
async function packageStart({ source, names: root, pyproject }: PythonApp): Promise<ScriptStart | undefined> {
  if (root.includes('__main__.py'))
    return { process: 'web', command: 'python .', origin: '__main__.py', warnings: [bareCommandWarning('python .')] }
  const module = moduleName(pyproject?.data)
  const start = { process: 'web', command: `python -m ${module}`, warnings: [bareCommandWarning(`python -m ${module}`)] } as const
  if (module === '') return undefined
  if (await source.hasFile(`${module}/__main__.py`)) return { ...start, origin: `${module}/__main__.py` }
  const nested = `src/${module}/__main__.py`
  return (await source.hasFile(nested)) ? { ...start, origin: nested, importRoot: 'src' } : undefined
}
