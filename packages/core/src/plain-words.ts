import { posix } from 'node:path'

/**
 * The words of a command that needs no shell, so that an image without one runs it; undefined where only a shell knows what it means, and
 * where nothing is written. Whoever decides that about a command's text asks this.
 */
export function plainWords(command: string): readonly string[] | undefined {
  if (!/^[A-Za-z0-9_@%+=:,./ \t-]+$/.test(command)) return undefined
  const words = command.split(/[ \t]+/).filter((word) => word !== '')
  const [first] = words
  return first === undefined || first.includes('=') || shellWords.has(first) || scriptRunners.has(posix.basename(first)) ? undefined : words
}

/** They are shells, or need one for what they run, and end when they are told to without waiting for it: nobody else would. */
const scriptRunners = new Set(['npm', 'npx', 'pnpm', 'yarn', 'sh', 'bash', 'dash', 'ash'])

/** First words that are no program's name, or another thing in a shell than on PATH: reserved words, and what changes the shell itself. */
const shellWords = new Set(
  (
    'case do done elif else esac fi for function if in select then time until while ' +
    '. : alias bg break cd command continue eval exec exit export fg getopts hash jobs local read readonly return set shift source test times ' +
    'trap type ulimit umask unalias unset wait'
  ).split(' '),
)
