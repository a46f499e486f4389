/** Scripts of the app that its processes start with: what they start in turn, no command says. */
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Planned } from './used-languages.ts'

const longest = 64 * 1024
const shells = /^(?:\/(?:usr\/)?bin\/)?(?:sh|bash|dash|ash|zsh)$/

/** As commands: their lines, or for one of another interpreter a line that starts it. `root`: the app's source. */
export async function startedScripts({ plan, runtime }: Planned, root: string): Promise<readonly string[]> {
  const commands = [...Object.values(runtime.workers), ...runtime.beforeRun]
  const paths = commands.flatMap((command) => command.split(/[;&|\n]+/)).flatMap((one) => scriptOf(one.trim().split(/\s+/)) ?? [])
  const texts = await Promise.all([...new Set(paths)].toSorted().map((path) => readScript(join(root, plan.root ?? '', path))))
  return texts.flatMap((text) => (text === undefined ? [] : commandsOf(text)))
}

/** `sh -eu start.sh`, `exec ./bin/start --fast`. */
function scriptOf(words: readonly string[]): string | undefined {
  const [first = '', ...rest] = words[0] === 'exec' ? words.slice(1) : words
  if (!shells.test(first)) return isInside(first) && first.includes('/') ? first : undefined
  if (rest.some((word) => /^-\w*c$/.test(word))) return undefined
  return rest.filter((word) => !word.startsWith('-')).find(isInside)
}

function isInside(path: string): boolean {
  return /^[\w./+-]+$/.test(path) && !path.startsWith('/') && !path.split('/').includes('..')
}

async function readScript(path: string): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined)
  return found?.isFile() === true && found.size <= longest ? readFile(path, 'utf8') : undefined
}

function commandsOf(text: string): readonly string[] {
  const [, interpreter] = /^#!\s*(?:\/usr\/bin\/env\s+(?:-S\s+)?)?(\S+)/.exec(text) ?? []
  if (interpreter !== undefined && !shells.test(interpreter)) return [interpreter.split('/').at(-1) ?? '']
  return text.split('\n').filter((line) => !line.trimStart().startsWith('#'))
}
