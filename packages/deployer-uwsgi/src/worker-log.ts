/** How a worker's output comes into `<logs>/<worker>.<ordinal>.log`, and how that is kept from filling the disk: pure text. */
import { shellQuote } from '@hop3/core'

/** A log is moved aside when it has grown beyond this. One older part is kept. */
const longestLog = 10 * 1024 * 1024

/** A shell's output and that of whatever it starts, from here on. Appending, so that the log can be emptied while it is in use. */
export function appendTo(log: string): string {
  return `exec >> ${shellQuote(log)} 2>&1\n`
}

/** Copies and empties, because the app keeps the file open; a line written between the two is lost. */
export function rotateScript(log: string, longest = longestLog): string {
  return (
    '#!/bin/sh\n' +
    `log=${shellQuote(log)}\n` +
    '[ -f "$log" ] && [ ! -h "$log" ] || exit 0\n' +
    `[ "$(wc -c < "$log")" -gt ${longest} ] || exit 0\n` +
    'cp -p -- "$log" "$log.1.new" && mv -f -- "$log.1.new" "$log.1" && : > "$log"\n'
  )
}

/** Paths of files, for the module that uWSGI loads before the app. */
export interface ModuleFiles {
  readonly log: string
  /** Gets a line for every process that sets out to load the app while there is no `ready`. */
  readonly loads: string
  readonly ready: string
}

/** The same as `appendTo` for a process that uWSGI has loaded Python into. Paths in bytes: what Python takes text for depends on the locale. */
export function redirectModule({ log, loads, ready }: ModuleFiles): string {
  return (
    'import os\n' +
    `_log = os.open(${bytesOf(log)}, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)\n` +
    'os.dup2(_log, 1)\n' +
    'os.dup2(_log, 2)\n' +
    'os.close(_log)\n' +
    `if not os.path.exists(${bytesOf(ready)}):\n` +
    `    _loads = os.open(${bytesOf(loads)}, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)\n` +
    "    os.write(_loads, b'%d\\n' % os.getpid())\n" +
    '    os.close(_loads)\n'
  )
}

function bytesOf(path: string): string {
  return `b"${[...Buffer.from(path)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')}"`
}
