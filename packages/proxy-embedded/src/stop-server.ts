/** Ends the one server process of a home. */
import type { ProxyContext } from '@hop3/core'
import { endKept, identifyProcess, processIds, readArguments } from '@hop3/core/processes'
import { withProxyLock } from '@hop3/core/routes'
import { access, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ServerRecord } from './control-protocol.ts'
import { liveRecord } from './running-server.ts'
import { serverPaths, type ServerPaths } from './server-paths.ts'

/** Longer than the server's own time to let requests finish. */
const stopPatience = 8_000

/** Ends the server and waits for its end; one that does not end by itself is killed. Nothing running is fine. Routes stay for the next one. */
export async function stopServer(context: ProxyContext): Promise<void> {
  const paths = serverPaths(context.directories)
  const isThere = await access(paths.directory).then(
    () => true,
    () => false,
  )
  if (isThere) await withProxyLock(context, join(paths.directory, 'lock'), () => stopRunning(context, paths))
}

async function stopRunning(context: ProxyContext, paths: ServerPaths): Promise<void> {
  const record = await liveRecord(paths)
  if (record === undefined) await endStarting(context, paths)
  else await endServer(context, record)
  await rm(record?.socket ?? paths.socket, { force: true })
  await rm(paths.record, { force: true })
}

/** One that was started by a command that was killed, and has not come to write its record: nobody would ever find it again. */
async function endStarting({ clock }: ProxyContext, { directory }: ServerPaths): Promise<void> {
  for (const pid of await processIds()) {
    const args = await readArguments(pid)
    if (!args.some((one, at) => one === directory && args[at + 1]?.startsWith(join(directory, 'start-')) === true)) continue
    const found = await identifyProcess(pid)
    if (found !== undefined) await endKept(found, 'SIGTERM', stopPatience, clock)
  }
}

/** Lets its requests finish; one that does not end by that is killed. */
export async function endServer({ clock }: ProxyContext, server: ServerRecord): Promise<void> {
  await endKept(server, 'SIGTERM', stopPatience, clock)
}
