/**
 * `node:http` without its ESM wrapper, which reads every export and by that loads the whole of the built-in fetch: 12 MB and 25 ms that a
 * proxy has no use for.
 */
const http = process.getBuiltinModule('node:http')

export const { createServer, STATUS_CODES } = http
