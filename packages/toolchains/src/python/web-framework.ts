/** Finds the application object of a WSGI or ASGI framework by the line that makes it, in files with the usual names. */
import { originOf } from '../origin.ts'
import { textAt } from '../value-at.ts'
import type { PythonApp } from './python-app.ts'

export interface WebApplication {
  readonly interface: 'wsgi' | 'asgi'
  /** `Flask`, `FastAPI`; `WSGI` and `ASGI` where only the file's name says it. */
  readonly framework: string
  /** `app:app`; a factory keeps its parentheses: `app:create_app()`. */
  readonly target: string
  readonly origin: string
}

/** First found wins: files made to be entered, then the usual names, then the usual packages. */
const usualFiles = ['wsgi.py', 'asgi.py', 'app.py', 'main.py', 'application.py', 'server.py', 'run.py', 'api.py', 'index.py', 'hello.py']
const packageFiles = ['__init__.py', 'main.py', 'app.py', 'wsgi.py', 'asgi.py', 'server.py']

const object = /^(\w+)\s*(?::\s*[\w.]+\s*)?=\s*(?:\w+\.)*?(Flask|APIFlask|Bottle|FastAPI|Starlette|Litestar|Quart)\(/m
const factory = /^def (create_app|make_app|get_app)\(/m
const constructor = /\b(Flask|APIFlask|Bottle|FastAPI|Starlette|Litestar|Quart)\(/
const dashServer = /^(\w+)\s*=\s*\w+\.server\s*$/m
const asgiFrameworks: readonly string[] = ['FastAPI', 'Starlette', 'Litestar', 'Quart']

export async function findWebApplication(app: PythonApp): Promise<WebApplication | undefined> {
  for (const path of candidateFiles(app)) {
    const text = await app.source.readText(path)
    const found = text === undefined ? undefined : applicationIn(path, text)
    if (found !== undefined) return found
  }
  return undefined
}

function candidateFiles({ names, pyproject }: PythonApp): readonly string[] {
  const project = (textAt(pyproject?.data, 'project', 'name') ?? textAt(pyproject?.data, 'tool', 'poetry', 'name'))?.replace(/[-.]/g, '_')
  const packages = ['app', 'src', ...(project === undefined ? [] : [project])].filter((name) => names.includes(name))
  const nested = project !== undefined && names.includes('src') ? [`src/${project}`] : []
  return [
    ...usualFiles.filter((name) => names.includes(name)),
    ...[...packages, ...nested].flatMap((one) => packageFiles.map((file) => `${one}/${file}`)),
  ]
}

function applicationIn(path: string, text: string): WebApplication | undefined {
  const module = path
    .replace(/(?:\/__init__)?\.py$/, '')
    // An installed `src/` layout is imported by the package's own name.
    .replace(/^src\/(?=.*\/)/, '')
    .replaceAll('/', '.')
  const made = object.exec(text)
  if (made?.[1] !== undefined && made[2] !== undefined) {
    return { interface: interfaceOf(made[2]), framework: made[2], target: `${module}:${made[1]}`, origin: originOf(path, text, object) }
  }
  const dash = /\bDash\(/.test(text) ? dashServer.exec(text)?.[1] : undefined
  if (dash !== undefined)
    return { interface: 'wsgi', framework: 'Dash', target: `${module}:${dash}`, origin: originOf(path, text, dashServer) }
  // A file called wsgi.py or asgi.py exists to be entered, whatever it calls to make its application.
  const kind = /(?:^|\/)(wsgi|asgi)\.py$/.exec(path)?.[1]
  const bound = /^(application|app)\s*(?::[^=\n]+)?=|^from\s+\S+\s+import\s+.*?\b(application|app)\b/m
  const name = kind === undefined ? undefined : bound.exec(text)?.slice(1).find(Boolean)
  if (name !== undefined && kind !== undefined) {
    return {
      interface: kind === 'wsgi' ? 'wsgi' : 'asgi',
      framework: kind.toUpperCase(),
      target: `${module}:${name}`,
      origin: originOf(path, text, bound),
    }
  }
  const [make, framework] = [factory.exec(text)?.[1], constructor.exec(text)?.[1]]
  if (make === undefined || framework === undefined) return undefined
  return { interface: interfaceOf(framework), framework, target: `${module}:${make}()`, origin: originOf(path, text, factory) }
}

function interfaceOf(framework: string): 'wsgi' | 'asgi' {
  return asgiFrameworks.includes(framework) ? 'asgi' : 'wsgi'
}
