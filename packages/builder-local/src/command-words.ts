/** Which programs a shell command names, as far as that can be read without being a shell. */

const assignment = /^[A-Za-z_][A-Za-z0-9_]*=/
/** A word that is itself and nothing the shell would change. */
const plainWord = /^[A-Za-z0-9_@%+=:,./-]+$/
/** Words that run what comes after them. */
const prefixes = new Set([
  'exec',
  'env',
  'command',
  'nice',
  'nohup',
  'time',
  '!',
  'if',
  'then',
  'else',
  'elif',
  'do',
  'while',
  'until',
  '{',
  '(',
])
const builtins = new Set(
  '. : [ alias bg break case cd continue done echo esac eval exit export false fg fi for function getopts hash in jobs kill local printf pwd read readonly return set shift source test times trap true type ulimit umask unalias unset wait }'.split(
    ' ',
  ),
)

/** The programs of every simple command in the line, in order, each once: `cd web && NODE_ENV=x npm ci` names `npm`. Built-ins are left out. */
export function programsOf(line: string): readonly string[] {
  const programs = simpleCommands(line).map(programOf)
  return [...new Set(programs.filter((one) => one !== undefined))]
}

/**
 * The program without which the line is bound to fail: its very first one. Undefined where the shell would decide (`a || b`, a variable,
 * `if`), or where it is a built-in.
 */
export function requiredProgramOf(line: string): string | undefined {
  const first = simpleCommands(line)[0]
  if (first === undefined || line.includes('||') || /^\s*(?:!|if|while|until|for|case)\s/.test(line)) return undefined
  return programOf(first)
}

function programOf(words: readonly string[]): string | undefined {
  const word = words.find((one) => !assignment.test(one) && !prefixes.has(one) && !one.startsWith('-'))
  return word === undefined || builtins.has(word) || !plainWord.test(word) ? undefined : word
}

/** The line cut at the operators outside quotes, each part as raw words. */
function simpleCommands(line: string): readonly (readonly string[])[] {
  const parts = line.replaceAll('\\\n', ' ').match(/'[^']*'|"(?:\\[^]|[^"\\])*"|\\[^]|#[^\n]*|[;&|\n]+|[()]|[ \t]+|[^\s;&|()'"\\]+/g) ?? []
  const commands: string[][] = [[]]
  let glued = false
  for (const part of parts) {
    const current = commands.at(-1) ?? []
    if (/^[;&|\n()]/.test(part)) commands.push([])
    else if (part.startsWith('#') && !glued) continue
    else if (!/^[ \t]/.test(part) && glued) current.push((current.pop() ?? '') + part)
    else if (!/^[ \t]/.test(part)) current.push(part)
    glued = !/^[ \t;&|\n()]/.test(part)
  }
  return commands.filter((one) => one.length > 0)
}
