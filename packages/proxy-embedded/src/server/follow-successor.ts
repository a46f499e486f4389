/** A server another one has taken the place of still has connections: what comes on them goes where the other one leads by then. */
import { watch } from 'node:fs'
import { access, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Listeners } from './listeners.ts'
import type { ProxyServer } from './proxy-server.ts'

interface Following {
  /** Directory of the route files. */
  readonly routes: string
  /** Is there while a server of this home runs. */
  readonly record: string
  readonly server: Pick<ProxyServer, 'follow'> & { readonly listeners: Pick<Listeners, 'hurry'> }
}

const lookEvery = 100

/** Until the process ends, which it does early where the successor has been stopped. Throws nothing: a system may have no watch left to give. */
export function followSuccessor({ routes, record, server }: Following): void {
  setInterval(() => void access(record).catch(() => server.listeners.hurry()), lookEvery).unref()
  let isLooking = false
  const look = (): void => {
    if (isLooking) return
    isLooking = true
    lookAgainAndAgain(routes, server)
  }
  try {
    const watcher = watch(routes, { persistent: false }, (_event, name) => {
      if (name?.endsWith('.json')) void server.follow(name.slice(0, -'.json'.length))
    })
    watcher.on('error', () => {
      watcher.close()
      look()
    })
  } catch {
    look()
  }
}

/** Follows what has come, has changed or has gone since it looked last. */
function lookAgainAndAgain(routes: string, server: Pick<ProxyServer, 'follow'>): void {
  let known = new Map<string, string>()
  const look = async (): Promise<void> => {
    const names = (await readdir(routes).catch(() => [])).filter((name) => name.endsWith('.json'))
    const now = new Map(await Promise.all(names.map(async (name) => [name, await markOf(join(routes, name))] as const)))
    const changed = [...new Set([...known.keys(), ...now.keys()])].filter((name) => known.get(name) !== now.get(name))
    known = now
    for (const name of changed) await server.follow(name.slice(0, -'.json'.length))
  }
  const again = (): void => void look().finally(() => setTimeout(again, lookEvery).unref())
  again()
}

/** Another one for each content: a route file is never written to, but another put in its place. */
async function markOf(path: string): Promise<string> {
  return stat(path, { bigint: true }).then(
    ({ ino, mtimeNs }) => `${ino} ${mtimeNs}`,
    () => '',
  )
}
