/** A Phoenix endpoint that listens elsewhere than where PORT says. */
import { originAt } from '../origin.ts'
import { readableText } from '../readable-text.ts'
import { withoutComments } from '../code-lines.ts'
import type { MixProject } from './mix-file.ts'

/** Read for production, the last first. */
const files = ['config/runtime.exs', 'config/releases.exs', 'config/prod.secret.exs', 'config/prod.exs', 'config/config.exs']
/** How far behind `http: [` its port is looked for, and how often. */
const [nearby, oftenest] = [400, 20]

/** Sentences for an endpoint whose port is a number or another variable's; none where the configuration knows PORT, or says nothing. */
export async function endpointPortWarnings({ source, names }: MixProject, web: string): Promise<readonly string[]> {
  if (!names.includes('config')) return []
  const texts = await Promise.all(files.map(async (file) => [file, withoutComments((await readableText(source, file)) ?? '')] as const))
  if (texts.some(([, text]) => /\bPORT\b/.test(text))) return []
  for (const [file, text] of texts) {
    const found = portIn(text)
    if (found === undefined) continue
    const origin = originAt(file, text, found.at)
    return found.name === undefined
      ? [
          `${origin} listens on port ${found.port}, wherever it is told to listen, so its health check will fail: write String.to_integer(System.get_env("PORT")) instead.`,
        ]
      : [`${origin} listens where ${found.name} says, which nobody sets: write \`web: ${found.name}=$PORT ${web}\` into Procfile.`]
  }
  return []
}

interface FoundPort {
  readonly at: number
  readonly port: string
  readonly name?: string
}

/** `http: [port: 4000]`, `http: [port: String.to_integer(System.fetch_env!("SHOP_PORT"))]`. */
function portIn(text: string): FoundPort | undefined {
  for (const { index } of [...text.matchAll(/\bhttp:\s*\[/g)].slice(0, oftenest)) {
    const list = text.slice(index, index + nearby).replace(/\][^]*$/, '')
    const port = /\bport:[ \t]*(\S[^\n]*)/.exec(list)
    if (port === null) continue
    const value = port[1] ?? ''
    const at = index + port.index
    const number = /^\d{2,5}\b/.exec(value)?.[0]
    if (number !== undefined) return { at, port: number }
    const name = /env!?\(\s*"([A-Z][A-Z0-9_]*)"/.exec(value)?.[1]
    if (name !== undefined) return { at, port: value, name }
  }
  return undefined
}
