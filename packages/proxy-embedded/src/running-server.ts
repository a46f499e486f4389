/** The one server process of a home, where there is one. */
import type { ProxyContext } from '@hop3/core'
import { identifySelf, livenessOf } from '@hop3/core/processes'
import { isSamePlace } from '@hop3/core/routes'
import { readFile } from 'node:fs/promises'
import { askServer } from './control-client.ts'
import { parseServerRecord, type ServerRecord } from './control-protocol.ts'
import { serverPaths, type ServerPaths } from './server-paths.ts'

/** How long a server that lives may say nothing before it counts as hung: a stalled event loop, or a hand-over to the next server. */
const answerPatience = 15_000
const answerPause = 250

/** The server that runs and answers, if any. */
export async function serverOf(paths: ServerPaths): Promise<ServerRecord | undefined> {
  const record = await liveRecord(paths)
  if (record === undefined) return undefined
  const answers = await askServer(record.socket, { do: 'hello' }).then(
    ({ ok }) => ok,
    () => false,
  )
  return answers ? record : undefined
}

/** The same, but one that lives has time to answer: undefined only when it is gone or hangs. */
export async function patientServerOf({ clock, signal }: ProxyContext, paths: ServerPaths): Promise<ServerRecord | undefined> {
  const end = clock.monotonic() + answerPatience
  for (;;) {
    const server = await serverOf(paths)
    if (server !== undefined || (await liveRecord(paths)) === undefined || clock.monotonic() > end) return server
    await clock.sleep(answerPause, signal)
  }
}

/** The release an app's name leads to in the running server, if that listens where it should. */
export async function servedRelease(context: ProxyContext, appName: string): Promise<string | undefined> {
  const paths = serverPaths(context.directories)
  const record = await liveRecord(paths)
  if (record === undefined || !isSamePlace(record.listen, context.listen)) return undefined
  const answer = await askServer(record.socket, { do: 'hello' }).catch(() => undefined)
  return answer?.ok === true ? answer.apps[appName] : undefined
}

/** See `Proxy.running`. A server that hangs runs, too. */
export async function runningServer({ directories }: ProxyContext): Promise<{ readonly pid: number; readonly port: number } | undefined> {
  const record = await liveRecord(serverPaths(directories))
  return record && { pid: record.pid, port: record.listen.port }
}

/** The record of a process that still is the one that wrote it. */
export async function liveRecord({ record }: ServerPaths): Promise<ServerRecord | undefined> {
  const found = parseServerRecord(await readFile(record, 'utf8').catch(() => ''))
  if (found === undefined) return undefined
  // What runs on another machine or in another container is none of ours.
  return (await livenessOf(found, await identifySelf())) === 'alive' ? found : undefined
}
