/** The lines by which frameworks are known in a file's text. Text is searched; no Python runs. */
import { shellQuote } from '@hop3/core'
import { closingBracket } from '../brackets.ts'
import { withoutComments } from '../code-lines.ts'
import { originOf } from '../origin.ts'

export interface FoundLine {
  /** `command`: the framework brings a server of its own, which `command` starts. */
  readonly interface: 'wsgi' | 'asgi' | 'command'
  /** `Flask`, `FastAPI`; `WSGI` and `ASGI` where only the file's name says it. */
  readonly framework: string
  /** The object, `app`; a factory keeps its parentheses, `create_app()`. Or `module:object`, where the line names the module as well. */
  readonly object: string
  readonly origin: string
  readonly command?: (facts: { readonly module: string; readonly path: string }) => string
  readonly warning?: string
}

interface Question {
  readonly path: string
  readonly text: string
  /** What the names of dependencies say of an application that is made elsewhere. */
  readonly declared: 'wsgi' | 'asgi' | undefined
}

const address = '--host "$BIND_ADDRESS" --port "$PORT"'
const asgi = ['FastAPI', 'Starlette', 'Litestar', 'Quart', 'FastHTML', 'fast_app']
const classes = `Flask|APIFlask|Bottle|${asgi.join('|')}|Sanic`
const object = new RegExp(`^(\\w+)[ \\t]*(?::[ \\t]*[\\w.]+[ \\t]*)?(?:,[ \\t]*\\w+[ \\t]*)*=\\s*(?:\\w+\\.)*?(${classes})\\(`, 'm')
const falcon = /^(\w+)\s*=\s*falcon\.(asgi\.)?(?:App|API)\(/m
const factory = /^(?:async )?def (create_app|make_app|get_app|create_application)\(/m
const constructor = new RegExp(`\\b(${classes})\\(`)
const made =
  /^(application|app|server|asgi_app|wsgi_app)\s*(?::[^=\n]+)?=\s*(?:\w+\.)*(?:create_app|make_app|get_app|create_application)\(/m
const bound = /^(application|app)\s*(?::[^=\n]+)?=|^from[ \t]+\S+[ \t]+import[ \t].*?\b(application|app)\b/m
const madeUnderAnyName = /^(\w+)\s*(?::[^=\n]+)?=\s*(?:\w+\.)*(?:create_app|make_app|get_app|create_application)\(/m
/** The name that servers of WSGI look for. */
const called = /^application\s*(?::[^=\n]+)?=\s*[\w.]+\(/m
const importedAndRun = /^from[ \t]+\S+[ \t]+import[ \t].*?\b(application|app)\b/m
/** The interfaces themselves, without a framework. */
const bareWsgi = /^def (\w+)\(\s*environ\b[^,()]*,\s*start_response\b/m
const bareAsgi = /^async def (\w+)\(\s*scope\b[^,()]*,\s*receive\b[^,()]*,\s*send\b/m
const uvicornRun = /\buvicorn\.run\(\s*["']([A-Za-z_][\w.]*:\w+)["']/
const streamlit = /^(?:import|from)\s+streamlit\b/m
const gradio = /^(?:import|from)\s+gradio\b/m
const dash = /^(\w+)\s*(?::[^=\n]+)?=\s*(?:\w+\.)?Dash\(/m
const dashServer = /^(\w+)\s*=\s*\w+\.server\s*$/m

/** The first of these a file holds: an application object, an app of Dash, Streamlit or Gradio, one that is made or imported, a factory. */
export function frameworkLine({ path, text: written, declared }: Question): FoundLine | undefined {
  const text = withoutComments(written)
  const found = (pattern: RegExp, what: Omit<FoundLine, 'origin'>): FoundLine => ({ ...what, origin: originOf(path, text, pattern) })
  const [, name, framework] = object.exec(text) ?? []
  if (name !== undefined && framework !== undefined)
    return found(object, { interface: interfaceOf(framework), framework, object: name, ...sanic(framework, name) })
  const [, resource, isAsgi] = falcon.exec(text) ?? []
  if (resource !== undefined)
    return found(falcon, { interface: isAsgi === undefined ? 'wsgi' : 'asgi', framework: 'Falcon', object: resource })
  const bare = [bareWsgi, bareAsgi].find((pattern) => pattern.test(text))
  if (bare !== undefined) return found(bare, named(bare === bareWsgi ? 'wsgi' : 'asgi', bare.exec(text)?.[1] ?? ''))
  return appFile(text, path, found) ?? boundLine(path, text, declared, found) ?? factoryLine(text, declared, found)
}

type Found = (pattern: RegExp, what: Omit<FoundLine, 'origin'>) => FoundLine

/** Sanic has one server, its own. */
function sanic(framework: string, name: string): Pick<FoundLine, 'command'> {
  return framework === 'Sanic' ? { command: ({ module }) => `sanic ${module}:${name} ${address}` } : {}
}

function appFile(text: string, path: string, found: Found): FoundLine | undefined {
  const server = dash.test(text) ? dashServer.exec(text)?.[1] : undefined
  if (server !== undefined) return found(dashServer, { interface: 'wsgi', framework: 'Dash', object: server })
  const dashApp = dash.exec(text)?.[1]
  if (dashApp !== undefined)
    return found(dash, {
      interface: 'command',
      framework: 'Dash',
      object: dashApp,
      command: ({ path: file }) => `env HOST="$BIND_ADDRESS" python ${shellQuote(file)}`,
      warning: `${path} runs Dash's development server: write \`server = ${dashApp}.server\` below the line that makes the app, and it is served by uWSGI.`,
    })
  if (streamlit.test(text))
    return found(streamlit, {
      interface: 'command',
      framework: 'Streamlit',
      object: '',
      command: ({ path: file }) =>
        `streamlit run ${shellQuote(file)} --server.port "$PORT" --server.address "$BIND_ADDRESS" --server.headless true`,
    })
  if (!gradio.test(text) || !text.includes('.launch(')) return undefined
  return found(gradio, {
    interface: 'command',
    framework: 'Gradio',
    object: '',
    command: ({ path: file }) => `env GRADIO_SERVER_NAME="$BIND_ADDRESS" GRADIO_SERVER_PORT="$PORT" python ${shellQuote(file)}`,
  })
}

/** Applications that come from elsewhere: `app = create_app()`, `from shop import app` and a run of it, `uvicorn.run("shop.main:app")`. */
function boundLine(path: string, text: string, declared: Question['declared'], found: Found): FoundLine | undefined {
  // A file called wsgi.py or asgi.py exists to be entered, whatever it calls to make its application.
  const kind = /(?:^|\/)(wsgi|asgi)\.py$/.exec(path)?.[1]
  const entry = kind === undefined ? undefined : [bound, madeUnderAnyName].find((pattern) => pattern.test(text))
  if (entry !== undefined) return found(entry, named(kind === 'wsgi' ? 'wsgi' : 'asgi', nameIn(entry, text) ?? ''))
  const target = uvicornRun.exec(text)?.[1]
  if (target !== undefined) return found(uvicornRun, named('asgi', /\bfactory\s*=\s*True/.test(text) ? `${target}()` : target))
  if (declared === undefined) return undefined
  const own = nameIn(made, text)
  if (own !== undefined) return found(made, named(declared, own))
  if (declared === 'wsgi' && called.test(text)) return found(called, named('wsgi', 'application'))
  const imported = /\b(?:application|app)\.run\(|\buvicorn\.run\(/.test(text) ? nameIn(importedAndRun, text) : undefined
  return imported === undefined ? undefined : found(importedAndRun, named(declared, imported))
}

/** A factory that can be called with nothing: every parameter has a default. */
function factoryLine(text: string, declared: Question['declared'], found: Found): FoundLine | undefined {
  const start = factory.exec(text)
  const [from, make] = [(start?.index ?? 0) + (start?.[0].length ?? 0), start?.[1]]
  const end = make === undefined ? undefined : closingBracket(text, from)
  const framework = constructor.exec(text)?.[1]
  if (make === undefined || end === undefined || (framework === undefined && declared === undefined)) return undefined
  const isCallable = text
    .slice(from, end)
    .split(',')
    .every((one) => one.trim() === '' || one.includes('=') || /^\s*(?:\*|\/)/.test(one))
  if (!isCallable || framework === 'Sanic') return undefined
  const kind = framework === undefined ? declared : interfaceOf(framework)
  return kind === undefined
    ? undefined
    : found(factory, { interface: kind, framework: framework ?? kind.toUpperCase(), object: `${make}()` })
}

function named(kind: 'wsgi' | 'asgi', name: string): Omit<FoundLine, 'origin'> {
  return { interface: kind, framework: kind.toUpperCase(), object: name }
}

function nameIn(pattern: RegExp, text: string): string | undefined {
  return pattern.exec(text)?.slice(1).find(Boolean)
}

function interfaceOf(framework: string): FoundLine['interface'] {
  if (framework === 'Sanic') return 'command'
  return asgi.includes(framework) ? 'asgi' : 'wsgi'
}
