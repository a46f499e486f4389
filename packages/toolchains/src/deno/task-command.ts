/** Reading the command lines of Deno's tasks. */

/** One call of Deno that any shell understands as Deno's own does; undefined for everything else. */
export function simpleCommand(command: string): string | undefined {
  return /^(?:\w+=[^\s;&|<>`()]+\s+)*deno\s[^;&|<>`()\n]*$/.test(command) ? command : undefined
}

/** Restarting at each change of a file is for development. */
export function isWatching(command: string | undefined): boolean {
  return command !== undefined && watching.test(command)
}

const watching = /\s--watch(?:-hmr|-exclude)?(?:=\S+)?(?=\s|$)/

export function withoutWatching(command: string): string {
  return command.replace(new RegExp(watching, 'g'), '')
}

/**
 * The command, told where to listen. `deno serve` has options for that, and leave to use no other port; HTTP servers of all kinds, those of
 * `node:http` as well, read DENO_SERVE_ADDRESS, whatever port they were written for. Where the author uses PORT nothing is to be told.
 */
export function withAddress(command: string): string {
  const [, before, after] = /^((?:\w+=\S+\s+)*deno\s+serve)\b(.*)$/.exec(command) ?? []
  if (before === undefined || after === undefined) return `DENO_SERVE_ADDRESS="tcp:$BIND_ADDRESS:$PORT" ${command}`
  if (/\$\{?PORT\b/.test(after)) return command
  return `${before} --host "$BIND_ADDRESS" --port "$PORT"${after.replace(/\s--(?:host|port)(?:=|\s+)\S+/g, '')}`
}

/** Options whose value is a word of its own. */
const withValue = new Set('-c --config --import-map --port --host -L --log-level --cert --location --seed --ext --preload -r'.split(' '))

/** The file or package that the command runs: `main.ts`, `npm:vite`. Undefined for tasks and where none can be read. */
export function entryOf(command: string): string | undefined {
  const words = command.replace(/^(?:\w+=\S+\s+)*deno\s+/, '').split(/\s+/)
  if (words[0] === 'run' || words[0] === 'serve') words.shift()
  const word = words.find((one, index) => !one.startsWith('-') && !withValue.has(words[index - 1] ?? ''))
  const plain = word?.replace(/^\.\//, '')
  return plain !== undefined && /^(?:(?:npm|jsr|https?):)?[\w@./+:-]+$/.test(plain) && /[.:]/.test(plain) && !plain.startsWith('/')
    ? plain
    : undefined
}

export interface CacheFacts {
  /** By the lock file, or not at all. */
  readonly isFrozen: boolean
  /** Deno 1. */
  readonly isOld: boolean
}

/** `deno cache` of what the command runs, so that it finds all it imports where the app is; it reads the same settings. */
export function cacheCommand(command: string, entry: string, { isFrozen, isOld }: CacheFacts): string {
  const settings = [
    ...command.matchAll(/\s(--(?:config|import-map)(?:=|\s+)\S+|-c\s+\S+|--unstable-[\w-]+|--allow-import(?:=\S+)?)(?=\s|$)/g),
  ]
  // Deno 1 has no such option: it imports from everywhere.
  const all = !isOld && /\s(?:-A|--allow-all)(?=\s|$)/.test(command) ? ['--allow-import'] : []
  return ['deno cache', ...(isFrozen ? ['--frozen'] : []), ...new Set([...settings.map((found) => found[1] ?? ''), ...all]), entry].join(
    ' ',
  )
}
