/** The command of `web`, where the configuration says what is started. */
import { shellQuote } from '@hop3/core'
import type { NixOptions } from '../options.ts'

/** `exec-target` and its arguments, after the variables it has and after `pre-exec`. */
export function webCommand(options: NixOptions): string | undefined {
  const target = options['exec-target'] ?? usualTarget(options)
  if (target === undefined) return undefined
  const [local, exported] = [Object.entries(options['local-vars'] ?? {}), Object.entries(options['env-exports'] ?? {})]
  const names = new Set([...local, ...exported].map(([name]) => name))
  const command = [target, ...(options['exec-args'] ?? [])].map((word) => quoteWord(word, names)).join(' ')
  const before = [
    ...local.map(([name, value]) => `${name}=${expanded(value)}; `),
    ...exported.map(([name, value]) => `export ${name}=${expanded(value)}; `),
    ...(options['pre-exec'] === undefined ? [] : [`${options['pre-exec']} && `]),
  ]
  return before.length === 0 ? command : `${before.join('')}exec ${command}`
}

function usualTarget(options: NixOptions): string | undefined {
  if (options.template === 'prebuilt-binary') return options['binary-name'] ?? lastPart(options.url)
  return options.template === 'java-war' ? 'serve' : undefined
}

/** `$PORT` and its like are for the shell that starts the worker, as are names of variables it has; all else is for the program. */
function quoteWord(word: string, names: ReadonlySet<string>): string {
  const name = /^\$(?:(\w+)|\{(\w+)\})$/.exec(word)?.slice(1).join('') ?? ''
  const isVariable = /^[A-Z_][A-Z0-9_]*$/.test(name) || names.has(name)
  return isVariable ? `"${word}"` : shellQuote(word)
}

/** `$NAME` and `${NAME}` are the shell's, and nothing else of the text is. */
function expanded(text: string): string {
  return `"${text.replace(/\$(?![A-Za-z_]|\{[A-Za-z_]\w*\})|[\\"`]/g, '\\$&')}"`
}

export function lastPart(url = ''): string {
  return url.replace(/[?#].*$/, '').replace(/^.*\//, '')
}
