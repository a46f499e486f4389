/** One app's directory on a file system: core's AppHome protocol, put together from one file per concern. */
import { join } from 'node:path'
import { hop3Error, type AppHome, type Clock, type Lock, type Run } from '@hop3/core'
import { appExists, isBlank, makeAppDirectories, removeAppDirectories, sweepLeftovers } from './app-directories.ts'
import { readAppEnv, writeAppEnv } from './app-env.ts'
import { attempt } from './attempt.ts'
import { countRelease, nextGeneration, nextRelease } from './counters.ts'
import { readCurrent, readPrevious, switchCurrent } from './current-link.ts'
import { appendHistory, readHistory } from './history.ts'
import { appendRecord, readOpenRecords } from './journal.ts'
import { checkHomeOwner } from './home-owner.ts'
import { releasedOnFailure, takeLock } from '@hop3/core/lock'
import { endOrphans, operationMark } from './orphans.ts'
import { claimFixedPorts, keepPorts, releasePorts, reservePort, type PortRange } from './ports.ts'
import { discardRelease, pruneReleases, releaseEntries } from './prune.ts'
import { commitRelease, makeRelease, readRelease, releasePath } from './release-directories.ts'
import { keepReserve, makeRoom, withReserve } from './reserve.ts'
import { removeSharedRunPath, type RunPath } from './run-path.ts'
import { readAppState, writeAppState } from './state.ts'
import { readUnitsNote, writeUnitsNote } from './units-note.ts'

export interface AppHomeOptions {
  /** `$HOP3_HOME`. */
  readonly home: string
  readonly sockets: RunPath
  /** The app's own directory among them. */
  readonly run: string
  readonly ports: PortRange
  readonly clock: Clock
  readonly runCommand: Run | undefined
  readonly boot: string | undefined
}

export function createAppHome(appName: string, options: AppHomeOptions): AppHome {
  const { home, clock, boot } = options
  const root = join(home, 'apps', appName)
  const directories = { root, run: options.run, logs: join(root, 'logs'), data: join(root, 'shared'), volumes: join(root, 'volumes') }
  const prepare = async (mustExist: boolean): Promise<void> => {
    if (mustExist && !(await appExists(root))) throw notDeployed(appName)
    await makeAppDirectories(directories, options.sockets, mustExist)
  }
  /** Of a stopped app nothing needs it, and whoever starts it again takes the lock first. */
  const leaveRunPath = async (): Promise<void> => {
    const isStopped = options.sockets.isShared && (await readAppState(root).catch(() => undefined))?.stopped === true
    if (isStopped) await removeSharedRunPath(options.sockets, directories.run)
  }
  const ports = { home, appName, range: options.ports, clock, boot }
  return Object.freeze<AppHome>({
    appName,
    directories,
    exists: () => appExists(root),
    lock: (request) =>
      attempt(`Cannot lock ${appName}`, async () => {
        await checkHomeOwner(home, process.getuid?.())
        const { mustExist = false } = request
        const take = (): Promise<Lock> =>
          takeLock({ ...request, path: join(root, 'lock'), subject: appName, clock, boot, prepare: () => prepare(mustExist) })
        const lock = await (request.makesRoom ? withReserve(home, take) : take())
        return releasedOnFailure(lock, async () => {
          await (request.makesRoom ? makeRoom(home) : keepReserve(home))
          await sweepLeftovers(root)
          return {
            token: `${await operationMark(root)}${lock.token}`,
            release: async () => {
              await leaveRunPath()
              await lock.release()
            },
          }
        })
      }),

    nextRelease: (buildId) => nextRelease(root, buildId),
    reserve: async (slot) => {
      await countRelease(root, slot)
      await makeRelease(root, slot)
    },
    commit: (slot, artifact) => commitRelease(slot, artifact, options.runCommand),
    discard: (id) => discardRelease(root, id),
    releases: () => releaseEntries(root),
    releasePath: (id) => releasePath(root, id),
    artifact: (id) => readRelease(root, id),
    current: () => readCurrent(root),
    previous: () => readPrevious(root),
    switchTo: (id) => switchCurrent(root, id),
    prune: (keep, mayGo) => pruneReleases(root, keep, mayGo),

    releaseOfUnits: () => readUnitsNote(root),
    keepForUnits: (id) => writeUnitsNote(root, id),

    readState: () => readAppState(root),
    writeState: (state) => writeAppState(root, state),
    nextGeneration: () => nextGeneration(root),
    endOrphans: (token) => endOrphans({ root, appName, token, clock }),
    record: (record) => appendRecord(root, record),
    openRecords: () => readOpenRecords(root),
    remember: (entry) => appendHistory(root, entry),
    history: () => readHistory(root),

    readEnv: () => readAppEnv(root),
    writeEnv: (changes) => writeAppEnv(root, changes),
    reservePort: (name) => reservePort(ports, name),
    keepPorts: (names) => keepPorts(ports, names),
    claimFixedPorts: (wanted) => claimFixedPorts(ports, wanted),
    isBlank: () => isBlank(root),
    destroy: async () => {
      await releasePorts(ports)
      await removeAppDirectories(directories)
    },
  })
}

function notDeployed(appName: string): Error {
  return hop3Error('deploy.not-deployed', `${appName} has not been deployed on this host.`, {
    hint: `Deploy it first: \`hop3 deploy --app ${appName}\`. \`hop3 ps\` lists what is there.`,
  })
}
