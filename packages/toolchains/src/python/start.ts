/** How a Python app starts when neither a Procfile nor hop3.toml says so. */
import type { Decision } from '@hop3/core'
import { tableAt } from '../value-at.ts'
import type { DjangoProject } from './django.ts'
import type { PythonApp } from './python-app.ts'
import type { WebApplication } from './web-framework.ts'

export interface Start {
  readonly processes: Readonly<Record<string, string>>
  readonly decisions: readonly Decision[]
  readonly warnings: readonly string[]
}

const asgiServers: readonly { readonly name: string; command(target: string): string }[] = [
  { name: 'uvicorn', command: (target) => `uvicorn ${withFactory(target)} --host "$BIND_ADDRESS" --port "$PORT"` },
  { name: 'hypercorn', command: (target) => `hypercorn '${target}' --bind "$BIND_ADDRESS:$PORT"` },
  { name: 'granian', command: (target) => `granian --interface asgi ${withFactory(target)} --host "$BIND_ADDRESS" --port "$PORT"` },
  { name: 'daphne', command: (target) => `daphne -b "$BIND_ADDRESS" -p "$PORT" '${target}'` },
]
const scripts = ['main.py', 'app.py', 'server.py', 'run.py', 'bot.py', 'start.py', 'hello.py']

/** Django, else the application object that was found, else a script of the usual name, else the project's only command. */
export function chooseStart(app: PythonApp, django: DjangoProject | undefined, web: WebApplication | undefined): Start {
  if (django?.wsgi !== undefined) return started('wsgi', django.wsgi, django.origin)
  if (django?.asgi !== undefined) return startAsgi(app, django.asgi, django.origin)
  if (web?.interface === 'wsgi') return started('wsgi', web.target, web.origin)
  if (web?.interface === 'asgi') return startAsgi(app, web.target, web.origin)
  const script = scripts.find((name) => app.names.includes(name))
  if (script !== undefined) return started('web', `python ${script}`, script)
  const commands = Object.keys(tableAt(app.pyproject?.data, 'project', 'scripts') ?? {})
  const [command] = commands
  // One command is the app; which of several it is only its author knows. The name becomes a word of a shell line.
  if (command !== undefined && commands.length === 1 && /^[\w.-]+$/.test(command))
    return started('web', command, 'pyproject.toml [project.scripts]')
  return nothing(
    `No start command found: no Django, Flask or FastAPI application and no ${scripts.slice(0, 3).join(', ')}. Write one into Procfile: \`web: python your_file.py\`.`,
  )
}

function startAsgi({ declared }: PythonApp, target: string, origin: string): Start {
  // `fastapi[standard]` and `fastapi[all]` bring uvicorn with them.
  const bundled = declared.get('fastapi')?.extras.some((extra) => ['standard', 'all'].includes(extra)) ?? false
  const server = asgiServers.find(({ name }) => declared.has(name) || (name === 'uvicorn' && (bundled || declared.has('fastapi-cli'))))
  if (server !== undefined) return started('web', server.command(target), origin)
  return nothing(`${origin} makes an ASGI application, but no server for it is among the dependencies. Add \`uvicorn\` to them.`)
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
