/** Whether anything shows that a project serves. */
import { posix } from 'node:path'
import { joinPaths } from '@hop3/core'
import { programText } from '../readable-text.ts'
import type { MixProject } from './mix-file.ts'

const packages =
  /^(?:phoenix|plug|bandit|cowboy|ranch|thousand_island|grpc|absinthe|mochiweb|elli|yaws|raxx|ace|chatterbox|sweet|tailwind|nerves)/
const calls = /\bPORT\b|:(?:gen_tcp|ssl|socket|httpd|inets|gen_udp|http_server)\b/
const filesAtMost = 60

/** True as well where it is not sure: an umbrella, or code that lies where it is not looked for. */
export async function mayListen({ source, dependencies, isUmbrella, names }: MixProject): Promise<boolean> {
  // A package that nobody here knows may serve.
  if (isUmbrella || !names.includes('lib') || dependencies.some(({ name, path }) => path !== undefined || packages.test(name))) return true
  let [level, files] = [['lib'], 0]
  for (let depth = 0; depth < 4 && level.length > 0; depth++) {
    const listed = await Promise.all(level.map(async (one) => (await source.list(one)).map((name) => joinPaths(one, name))))
    const found = listed.flat().filter((name) => name.endsWith('.ex'))
    files += found.length
    if (files > filesAtMost) return true
    for (const file of found) if (calls.test((await programText(source, file)) ?? '')) return true
    level = listed.flat().filter((name) => !posix.basename(name).includes('.'))
  }
  return false
}
