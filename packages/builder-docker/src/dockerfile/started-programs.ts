/** Words that run what comes after them, or start what does. */
const before = new Set(['exec', 'env', 'command', 'nice', 'nohup', 'time', 'do', 'then', 'else', 'if', 'while', 'until', '!'])

/**
 * The programs that commands start, as far as they can be read without being a shell; a versioned one by its plain name (`python3.12` is
 * `python3`), and one of a virtual environment or of node_modules by its language's.
 */
export function startedPrograms(commands: readonly string[]): ReadonlySet<string> {
  const lists = commands.flatMap((command) => command.split(/[;&|\n(){}]+/))
  return new Set(lists.flatMap((list) => programOf(list.trim().split(/\s+/)) ?? []))
}

function programOf(words: readonly string[]): string | undefined {
  const word = words.find((one) => !before.has(one) && !one.startsWith('-') && !/^\w+=/.test(one))
  if (word === undefined || word === '') return undefined
  if (/(?:^|\/)\.venv\/bin\//.test(word)) return 'python3'
  if (/(?:^|\/)node_modules\/\.bin\//.test(word)) return 'node'
  return word.replace(/^(python3|ruby|php)[.\d]+$/, '$1')
}
