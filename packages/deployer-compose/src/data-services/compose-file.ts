/** The app's own compose file as values, with the place of each: pure. */
import { hop3Error, visible, type DeployConfig, type Hop3Error } from '@hop3/core'
import { isObject } from '@hop3/core/json'
import { isMap, isScalar, LineCounter, parseDocument, type Document } from 'yaml'

export interface ComposeFile {
  readonly path: string
  readonly value: Readonly<Record<string, unknown>>
  /** `compose.yaml:12:3` of a key path; of its parent where that is not written. */
  originOf(keys: readonly string[]): string
  /** Where the last of the keys itself is written; of its value where it came by a merge. */
  keyOriginOf(keys: readonly string[]): string
  /** A scalar as it was written: `NO`, `1.10`. */
  textOf(keys: readonly string[]): string | undefined
}

/** Undefined where the app has none. Throws `config.compose-file` naming file:line:column. */
export function readComposeFile({ options }: Pick<DeployConfig, 'options'>): ComposeFile | undefined {
  const file = options['compose-file']
  if (!isObject(file) || typeof file['path'] !== 'string' || typeof file['text'] !== 'string') return undefined
  return parseComposeFile(file['text'], file['path'])
}

const mostLength = 64 * 1024
const mostAliases = 100
const mostDepth = 60

export function parseComposeFile(text: string, path: string): ComposeFile {
  if (text.length > mostLength) throw fault(path, `it is longer than ${mostLength / 1024} KiB`)
  const lines = new LineCounter()
  const document = parsed(text, path, lines)
  const at = (offset: number | undefined): string => {
    const { line, col } = lines.linePos(offset ?? 0)
    return `${path}:${line}:${col}`
  }
  const [error] = document.errors
  if (error !== undefined) throw fault(at(error.pos[0]), error.message.split('\n', 1)[0] ?? '')
  const value = plainValue(document, path)
  if (!isObject(value)) throw fault(path, 'it holds no table of services')
  const originOf = (keys: readonly string[]): string => {
    for (let length = keys.length; length > 0; length--) {
      const node: unknown = document.getIn(keys.slice(0, length), true)
      if (isObject(node) && Array.isArray(node['range'])) return at(Number(node['range'][0]))
    }
    return at(0)
  }
  return {
    path,
    value,
    originOf,
    keyOriginOf(keys) {
      const parent: unknown = document.getIn(keys.slice(0, -1), true)
      const key = isMap(parent) ? parent.items.map((pair) => pair.key).find((one) => isScalar(one) && one.value === keys.at(-1)) : undefined
      return isScalar(key) && key.range ? at(key.range[0]) : originOf(keys)
    },
    textOf(keys) {
      const node: unknown = document.getIn(keys, true)
      if (!isScalar(node)) return undefined
      const { source, value } = node
      if (source !== undefined) return source
      return typeof value === 'string' ? value : undefined
    },
  }
}

export const mendOrLeave = 'Mend it, or leave the file out: `services = false` under [deploy.compose] in hop3.toml.'

export function fault(origin: string, said: string, hint: string = mendOrLeave): Hop3Error {
  return hop3Error('config.compose-file', `${origin}: ${said}.`, { hint, details: { origin } })
}

function parsed(text: string, path: string, lineCounter: LineCounter): Document {
  try {
    return parseDocument(text, { merge: true, lineCounter, logLevel: 'silent', prettyErrors: false })
  } catch (cause) {
    throw fault(path, `it cannot be read as YAML (${visible(String(cause))})`)
  }
}

/** An anchor that stands in itself, or for too much, is no value. */
function plainValue(document: Document, path: string): unknown {
  try {
    const value: unknown = document.toJS({ maxAliasCount: mostAliases })
    checkDepth(value, 0)
    return value
  } catch (cause) {
    throw fault(
      path,
      `an anchor in it stands for itself or for too much (${visible(cause instanceof Error ? cause.message : String(cause))})`,
    )
  }
}

function checkDepth(value: unknown, depth: number): void {
  if (depth > mostDepth) throw new Error('nested without end')
  if (Array.isArray(value)) for (const one of value) checkDepth(one, depth + 1)
  else if (isObject(value)) for (const one of Object.values(value)) checkDepth(one, depth + 1)
}
