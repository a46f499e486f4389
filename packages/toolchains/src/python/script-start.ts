/** Programs that are started as such: a file of the usual name, a package's `__main__.py`, a command of the project. */
import { shellQuote } from '@hop3/core'
import { bareCommandWarning } from '../bare-command.ts'
import { closingBracket } from '../brackets.ts'
import { withoutComments } from '../code-lines.ts'
import { fixedPortWarning } from '../fixed-port.ts'
import { originOf } from '../origin.ts'
import { programText } from '../readable-text.ts'
import { projectCommands } from './project-commands.ts'
import type { ProjectCommand } from './project-commands.ts'
import type { PythonApp } from './python-app.ts'
import type { WebApplication } from './web-framework.ts'

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
    if (await app.source.hasFile(path)) return fileStart(app, path, await programText(app.source, path))
  }
  const command = isInstalled ? await chooseCommand(app) : undefined
  return command ?? packageStart(app)
}

/** Nothing starts but a command, which is there once setup.py has installed the project. */
export async function startsOnlyInstalled(app: PythonApp): Promise<boolean> {
  return app.names.includes('setup.py') && (await findScript(app, false)) === undefined && (await chooseCommand(app)) !== undefined
}

async function fileStart(app: PythonApp, path: string, text: string | undefined): Promise<ScriptStart> {
  const code = withoutComments(text ?? '')
  const imported = [...code.matchAll(/^[ \t]*(?:from|import)\s+([A-Za-z_]\w*|\.)/gm)].map((found) => found[1] ?? '')
  const beside = path.includes('/') ? await app.source.list(path.replace(/\/[^/]*$/, '')) : app.names
  // What its own modules do is not looked into, nor what is too long: then it may well listen.
  const isWhole = imported.every((name) => name !== '.' && !beside.includes(name) && !beside.includes(`${name}.py`))
  const isWorker = text !== undefined && isWhole && !listens.test(code)
  return {
    process: isWorker ? 'worker' : 'web',
    command: `python ${shellQuote(path)}`,
    origin: path,
    warnings: isWorker ? [] : portWarnings(path, code),
  }
}

/** A program that reads words is told there where to listen. */
function portWarnings(path: string, code: string): readonly string[] {
  const fixed = [...fixedPortWarning('python', path, code), ...defaultPortWarning(path, code)]
  return fixed.length === 0 && readsWords(code) && !/\bPORT\b/.test(code) ? [bareCommandWarning(`python ${shellQuote(path)}`)] : fixed
}

/** aiohttp listens on 8080 where it is told nothing. */
function defaultPortWarning(path: string, code: string): readonly string[] {
  const call = /\bweb\.run_app\(/
  const start = call.exec(code)
  const from = (start?.index ?? 0) + (start?.[0].length ?? 0)
  const end = start === null ? undefined : closingBracket(code, from)
  if (end === undefined || /\b(?:port|path|sock)\s*=/.test(code.slice(from, end))) return []
  return [
    `${originOf(path, code, call)} listens on port 8080, wherever it is told to listen, so its health check will fail: add host=os.environ["BIND_ADDRESS"], port=int(os.environ["PORT"]).`,
  ]
}

/** The only one; else the one named like the project, or as one that is meant to be started. */
async function chooseCommand(app: PythonApp): Promise<ScriptStart | undefined> {
  const { commands, origin } = await projectCommands(app)
  const [first, ...others] = commands
  const command = others.length === 0 ? first : namedToStart(app, commands)
  if (command === undefined) return undefined
  return { ...commandStart(command.name, origin), ...((await readsPort(app, command)) && { warnings: [] }) }
}

/** `tracd` of Trac, and `shop-server`, where nothing else is called so. */
function namedToStart({ module }: PythonApp, commands: readonly ProjectCommand[]): ProjectCommand | undefined {
  const named = (name: string): ProjectCommand | undefined => commands.find((one) => one.name.replace(/[-.]/g, '_').toLowerCase() === name)
  const servers = commands.filter(({ name }) => /[-_](?:serve|server|web|httpd)$/.test(name))
  const usual = usualCommands.map(named).find((one) => one !== undefined)
  return named(module) ?? named(`${module}d`) ?? usual ?? (servers.length === 1 ? servers[0] : undefined)
}

/** Whether the module that a command calls asks for the variable. */
async function readsPort({ source }: PythonApp, { module }: ProjectCommand): Promise<boolean> {
  const path = module?.replaceAll('.', '/') ?? ''
  for (const place of path === '' ? [] : [`${path}.py`, `${path}/__init__.py`, `src/${path}.py`, `src/${path}/__init__.py`]) {
    const text = await source.readText(place)
    if (text !== undefined) return /\b(?:environ|getenv)\b[^\n]{0,40}["']PORT["']/.test(withoutComments(text))
  }
  return false
}

function commandStart(command: string, origin: string): ScriptStart {
  return { process: 'web', command, origin, warnings: [bareCommandWarning(command)] }
}

/**
 * The command that has the module of an application serve it, where that reads words: what these say, a database or a directory, the
 * application needs, and a server that imports it would not have said.
 */
export async function servedByCommand(app: PythonApp, { target, origin: place }: WebApplication): Promise<ScriptStart | undefined> {
  const { commands, origin } = await projectCommands(app)
  const command = commands.find(({ module }) => module !== undefined && module === target.split(':')[0])
  const text = command === undefined ? undefined : await programText(app.source, place.replace(/:[\d:]+$/, ''))
  return command === undefined || text === undefined || !readsWords(text) ? undefined : commandStart(command.name, origin)
}

function readsWords(code: string): boolean {
  return /^[ \t]*(?:from|import)\s+(?:argparse|optparse|getopt|click|typer|docopt|fire)\b/m.test(code)
}

/** `python -m shop`; `python .` where the root itself is one. */
async function packageStart({ source, names: root, module }: PythonApp): Promise<ScriptStart | undefined> {
  if (root.includes('__main__.py'))
    return { process: 'web', command: 'python .', origin: '__main__.py', warnings: [bareCommandWarning('python .')] }
  const start = { process: 'web', command: `python -m ${module}`, warnings: [bareCommandWarning(`python -m ${module}`)] } as const
  if (module === '') return undefined
  if (await source.hasFile(`${module}/__main__.py`)) return { ...start, origin: `${module}/__main__.py` }
  const nested = `src/${module}/__main__.py`
  return (await source.hasFile(nested)) ? { ...start, origin: nested, importRoot: 'src' } : undefined
}
