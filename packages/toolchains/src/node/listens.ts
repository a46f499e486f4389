/** Whether anything shows that a file serves where it is told to. */
import { silentProgramWarning } from '../bare-command.ts'
import { withoutCommentLines } from '../code-lines.ts'
import { fixedPortWarning } from '../fixed-port.ts'
import { exportsOnly } from './exporting-entry.ts'

/** What listens, or is handed to Bun to be served. */
const listens = /\bPORT\b|\blisten\b|\b[sS]erve[r]?\b|\bexport default\b|\bmodule\.exports\b|\b(?:Bun|Deno)\.|\bimport\(|\beval\(/
const imported =
  /^[ \t]*(?:import|export)\b[^'"\n{]*(?:\{[^{}]{0,200}\}[^'"\n{]*)?['"]([^'"\n]+)['"]|\brequire\(\s*['"]([^'"\n]+)['"]\s*\)/gm
/** Modules of Node's that open no port. */
const quiet =
  /^(?:node:)?(?:assert|buffer|child_process|console|constants|crypto|events|fs|module|os|path|perf_hooks|process|punycode|querystring|readline|sqlite|stream|string_decoder|test|timers|tty|url|util|v8|vm|zlib)(?:\/\w+)?$/

/** The sentence for a program that is known whole and listens nowhere, or on a port of its own. */
export function listeningWarnings(language: 'node' | 'bun', file: string, text: string | undefined, command: string): readonly string[] {
  if (text === undefined) return []
  const modules = [...text.matchAll(imported)].map((found) => found[1] ?? found[2] ?? '')
  // What packages and its other files do is not looked into: then it may well listen.
  const isRead = modules.length >= (text.match(/^[ \t]*import\b/gm)?.length ?? 0)
  const isWhole = isRead && modules.every((name) => quiet.test(name)) && !listens.test(text)
  // What is exported, nobody takes from a file that is started.
  const onlyExports = language === 'node' && exportsOnly(withoutCommentLines(text)) && !modules.some((name) => name.startsWith('.'))
  return isWhole || onlyExports ? [silentProgramWarning(command)] : fixedPortWarning(language, file, withoutCommentLines(text))
}

/** The port that a start script has in its words, such as `next start -p 3000`; a default is none: `--port ${PORT:-3000}`. */
export function fixedWordWarning(command: string, origin: string): readonly string[] {
  const [, words, port] =
    /(?:^|\s)(PORT=|--port[= ]|-p[= ]?|-l[= ]?(?:tcp:\/\/[\w.]*:)?|--listen[= ])['"]?(\d{2,5})['"]?(?=\s|$)/.exec(command) ?? []
  if (words === undefined || port === undefined) return []
  const isVariable = words === 'PORT='
  return [
    `${origin} says port ${port}, wherever it is told to listen, so its health check will fail: ${isVariable ? `remove PORT=${port}` : `write ${words.trim()}${words.endsWith('=') ? '' : ' '}$PORT instead`}.`,
  ]
}
