/** Finds the application of a web framework by the line that makes it, in files with the usual names. */
import { originOf } from '../origin.ts'
import { programText } from '../readable-text.ts'
import { textAt } from '../value-at.ts'
import { otherCandidates, usualCandidates } from './candidate-files.ts'
import { frameworkLine } from './framework-lines.ts'
import type { FoundLine } from './framework-lines.ts'
import type { PythonApp } from './python-app.ts'
import { moduleOf } from './python-modules.ts'

export interface WebApplication extends Pick<FoundLine, 'interface' | 'framework' | 'origin' | 'warning'> {
  /** `app:app`; a factory keeps its parentheses: `app:create_app()`. Of an `interface` `command`, the command. */
  readonly target: string
  readonly importRoot?: string
}

const wsgiPackages = ['flask', 'apiflask', 'bottle', 'dash', 'falcon', 'pyramid', 'cornice']
/** What frameworks are made of: it says less than they do. */
const wsgiParts = ['werkzeug', 'webob']
const asgiPackages = ['fastapi', 'fastapi-slim', 'starlette', 'litestar', 'quart', 'python-fasthtml']
const otherPackages = ['streamlit', 'gradio', 'sanic']

export async function findWebApplication(app: PythonApp): Promise<WebApplication | undefined> {
  const entry = textAt(app.pyproject?.data, 'tool', 'fastapi', 'entrypoint')
  if (entry !== undefined && /^[A-Za-z_][\w.]*:\w+$/.test(entry)) {
    const origin = originOf('pyproject.toml', app.pyproject?.text, /^[ \t]*entrypoint\s*=/m)
    return { interface: 'asgi', framework: 'FastAPI', target: entry, origin }
  }
  const has = (name: string): boolean => app.declared.has(name)
  const usual = await applicationIn(app, await usualCandidates(app))
  const isExpected = [...wsgiPackages, ...asgiPackages, ...otherPackages].some(has)
  return usual ?? (isExpected ? applicationIn(app, await otherCandidates(app)) : undefined)
}

async function applicationIn(app: PythonApp, paths: readonly string[]): Promise<WebApplication | undefined> {
  const declared = declaredInterface(app)
  let factory: WebApplication | undefined
  for (const path of paths) {
    const text = await programText(app.source, path)
    const line = text === undefined ? undefined : frameworkLine({ path, text, declared })
    const found = text === undefined || line === undefined ? undefined : await applicationOf(app, path, text, line)
    // What another file makes with it is the application its author means.
    if (found?.target.endsWith('()') === true) factory ??= found
    else if (found !== undefined) return found
  }
  return factory
}

function declaredInterface({ declared }: PythonApp): 'wsgi' | 'asgi' | undefined {
  const has = (name: string): boolean => declared.has(name)
  if (wsgiPackages.some(has)) return 'wsgi'
  if (asgiPackages.some(has)) return 'asgi'
  return wsgiParts.some(has) ? 'wsgi' : undefined
}

async function applicationOf(app: PythonApp, path: string, text: string, line: FoundLine): Promise<WebApplication | undefined> {
  const { object, command, ...facts } = line
  if (object.includes(':')) return { ...facts, target: object }
  const { name, importRoot } = await moduleOf(app, path, text)
  // It becomes a word of a command, and what is imported by another name is found nowhere.
  if (!/^[\w.-]+$/.test(name) && (command === undefined || facts.framework === 'Sanic')) return undefined
  return {
    ...facts,
    target: command?.({ module: name, path }) ?? `${name}:${object}`,
    // A script finds what lies beside it by itself.
    ...(importRoot !== undefined && (command === undefined || facts.framework === 'Sanic') && { importRoot }),
  }
}
