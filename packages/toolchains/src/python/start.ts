/** How a Python app starts when neither a Procfile nor hop3.toml says so. */
import type { Decision } from '@hop3/core'
import type { DjangoProject } from './django.ts'
import type { PythonApp } from './python-app.ts'
import { projectCommands } from './project-commands.ts'
import { findScript, servedByCommand } from './script-start.ts'
import type { WebApplication } from './web-framework.ts'

export interface Start {
  readonly processes: Readonly<Record<string, string>>
  readonly decisions: readonly Decision[]
  readonly warnings: readonly string[]
  /** What has to be on PYTHONPATH, unless it is installed. */
  readonly importRoot?: string
}

interface AsgiServer {
  readonly name: string
  /** Packages that bring it. Quart and FastHTML do so by themselves, others with an extra. */
  readonly broughtBy?: Readonly<Record<string, readonly string[] | 'always'>>
  command(target: string): string
}

const asgiServers: readonly AsgiServer[] = [
  {
    name: 'uvicorn',
    broughtBy: {
      fastapi: ['standard', 'all'],
      'fastapi-cli': 'always',
      litestar: ['standard'],
      'python-fasthtml': 'always',
      uvicorn: 'always',
    },
    command: (target) => `uvicorn ${withFactory(target)} --host "$BIND_ADDRESS" --port "$PORT"`,
  },
  { name: 'hypercorn', broughtBy: { quart: 'always' }, command: (target) => `hypercorn '${target}' --bind "$BIND_ADDRESS:$PORT"` },
  { name: 'granian', command: (target) => `granian --interface asgi ${withFactory(target)} --host "$BIND_ADDRESS" --port "$PORT"` },
  { name: 'daphne', command: (target) => `daphne -b "$BIND_ADDRESS" -p "$PORT" '${target}'` },
]

/** Django, else the application that was found, else a script of the usual name, else a command of the project where it is installed. */
export async function chooseStart(
  app: PythonApp,
  django: DjangoProject | undefined,
  web: WebApplication | undefined,
  isInstalled = false,
): Promise<Start> {
  if (django !== undefined && (django.wsgi ?? django.asgi) !== undefined) return startDjango(app, django)
  const command = web === undefined || !isInstalled ? undefined : await servedByCommand(app, web)
  if (web !== undefined && command === undefined)
    return { ...startWeb(app, web), ...(web.importRoot !== undefined && { importRoot: web.importRoot }) }
  const script = command ?? (await findScript(app, isInstalled))
  if (script !== undefined) {
    const { process, command, origin, warnings, importRoot } = script
    const start = started(process, command, origin)
    const decisions = process === 'web' ? start.decisions : [...start.decisions, noAddress(command, origin)]
    return { ...start, decisions, warnings, ...(importRoot !== undefined && { importRoot }) }
  }
  return nothing(await withoutStart(app, isInstalled))
}

function noAddress(command: string, origin: string): Decision {
  const value = `none: it neither reads PORT nor imports a server; \`web: ${command}\` in Procfile gives it one`
  return { key: 'python.address', value, origin }
}

/** ASGI only where the app asks for it, and has a server for it: wherever WSGI will do it is the simpler of the two. */
function startDjango(app: PythonApp, { wsgi, asgi, origin, asgiAsked }: DjangoProject): Start {
  const isAsked = asgiAsked !== undefined || app.declared.has('channels') || app.declared.has('daphne')
  if (asgi !== undefined && (wsgi === undefined || (isAsked && serverOf(app) !== undefined)))
    return startAsgi(app, asgi.target, asgi.origin)
  if (wsgi === undefined)
    return nothing(`${origin} has neither wsgi.py nor asgi.py beside the settings it names. Write one, or a Procfile.`)
  const start = started('wsgi', wsgi, origin)
  if (!isAsked || asgi === undefined) return start
  const asked = asgiAsked ?? 'channels'
  return {
    ...start,
    warnings: [`${asked} asks for ASGI, but no server for it is among the dependencies, so WSGI is served. Add \`daphne\` to them.`],
  }
}

function startWeb(app: PythonApp, { interface: kind, target, origin, warning }: WebApplication): Start {
  if (kind === 'asgi') return startAsgi(app, target, origin)
  return { ...started(kind === 'wsgi' ? 'wsgi' : 'web', target, origin), warnings: warning === undefined ? [] : [warning] }
}

function startAsgi(app: PythonApp, target: string, origin: string): Start {
  const server = serverOf(app)
  if (server !== undefined) return started('web', server.command(target), origin)
  return nothing(`${origin} makes an ASGI application, but no server for it is among the dependencies. Add \`uvicorn\` to them.`)
}

function serverOf({ declared }: PythonApp): AsgiServer | undefined {
  const isThere = ({ name, broughtBy = {} }: AsgiServer): boolean =>
    declared.has(name) ||
    Object.entries(broughtBy).some(
      ([by, extras]) => declared.has(by) && (extras === 'always' || declared.get(by)?.extras.some((extra) => extras.includes(extra))),
    )
  return asgiServers.find(isThere)
}

/** Which of several commands is the app only its author knows; and one of a project that is not installed does not exist. */
async function withoutStart(app: PythonApp, isInstalled: boolean): Promise<string> {
  const { commands, file } = await projectCommands(app)
  const names = commands.map(({ name }) => name)
  const [command] = names
  if (command !== undefined && isInstalled)
    return `No start command found: ${file} defines ${names.slice(0, 8).join(', ')}, and any may be the app. Write one into Procfile: \`web: ${command}\`.`
  if (command !== undefined && file !== 'pyproject.toml')
    return `No start command found: the command ${command} of ${file} exists only once the project is installed. Write \`.\` as a line of ${app.requirementsName ?? 'requirements.txt'}, or into Procfile: \`web: python -m …\`.`
  if (command !== undefined)
    return `No start command found: the command ${command} of pyproject.toml exists only once the project is installed, and it has no [build-system]. Add one, or write into Procfile: \`web: python -m …\`.`
  return 'No start command found: no Django, Flask or FastAPI application and no main.py, app.py, server.py. Write one into Procfile: `web: python your_file.py`.'
}

function started(process: string, command: string, origin: string): Start {
  return { processes: { [process]: command }, decisions: [{ key: `processes.${process}`, value: command, origin }], warnings: [] }
}

function nothing(warning: string): Start {
  return { processes: {}, decisions: [], warnings: [warning] }
}

function withFactory(target: string): string {
  return target.endsWith('()') ? `--factory ${target.slice(0, -2)}` : target
}
