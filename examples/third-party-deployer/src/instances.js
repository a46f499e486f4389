// A running instance is a session of processes and a record of its leader. The worker's own shell writes the record before it becomes the
// worker, so that a deploy killed at any moment leaves no worker that nobody knows of.
import { access, mkdir, readdir, readFile, rm } from 'node:fs/promises'

const start = `exec >>"$2" 2>&1
{ cat /proc/sys/kernel/random/boot_id "/proc/$$/stat"; printf '%s' "$3"; } >"$1.new" && mv "$1.new" "$1" && exec /bin/sh -c "$4"`

/** Resolves when the record is there, so that whoever ends the instance finds it, or when the shell has ended without writing one. */
export async function startInstance({ path, log, port, command, cwd, env }, { run, clock }) {
  await mkdir(path.slice(0, path.lastIndexOf('/')), { recursive: true })
  await rm(path, { force: true })
  const address = port === undefined ? '' : `127.0.0.1:${port}`
  const { pid } = await run({ file: '/bin/sh', args: ['-c', start, 'detached', path, log, address, command], cwd, env, detached: true })
  while (!(await isThere(path)) && (await readSessions()).has(pid)) await clock.sleep(20)
}

const isThere = (path) =>
  access(path).then(
    () => true,
    () => false,
  )

/** Every instance of the app that has a record. */
export async function listInstances(directory) {
  const names = await readdir(directory).catch((error) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  const bootId = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim()
  const sessions = await readSessions()
  const complete = names.filter((name) => !name.endsWith('.new')).toSorted()
  return Promise.all(complete.map((id) => readInstance(id, `${directory}/${id}`, bootId, sessions)))
}

/** SIGTERM to the whole session, SIGKILL after the given seconds, then the record goes. */
export async function endInstance({ pid, path, isAlive, isOurs }, { clock, seconds }) {
  const limit = clock.monotonic() + seconds * 1000
  if (isAlive) signalSession(pid, 'SIGTERM')
  while (isAlive && isOurs(await readSessions())) {
    if (clock.monotonic() > limit) signalSession(pid, 'SIGKILL')
    await clock.sleep(50)
  }
  await rm(path, { force: true })
}

async function readInstance(id, path, bootId, sessions) {
  const [release, generation, worker, ordinal] = id.split('~')
  const [recordedBoot, stat = '', address = ''] = (await readFile(path, 'utf8')).split('\n')
  const leader = parseStat(stat)
  // The kernel gives nobody the number of a session that still has members: only a leader with another start time is a stranger.
  const isOurs = (seen) => {
    const members = seen.get(leader.pid) ?? []
    return recordedBoot === bootId && members.every(({ pid, startTime }) => pid !== leader.pid || startTime === leader.startTime) && members.length > 0
  }
  const names = { id, path, release, worker, address, generation: Number(generation), ordinal: Number(ordinal) }
  return { ...names, pid: leader.pid, isOurs, isAlive: isOurs(sessions) }
}

/** Session → its members, without the dead that nobody has waited for. */
async function readSessions() {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  // A process may end between the two reads.
  const stats = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')))
  const alive = stats.filter(Boolean).map(parseStat).filter(({ state }) => state !== 'Z' && state !== 'X')
  return Map.groupBy(alive, ({ session }) => session)
}

/** proc_pid_stat(5); the second field is a name in parentheses that may contain anything. */
function parseStat(text) {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return { pid: Number.parseInt(text, 10), state: fields[0], session: Number(fields[3]), startTime: fields[19] }
}

function signalSession(pid, signal) {
  try {
    process.kill(-pid, signal)
  } catch (error) {
    if (error.code !== 'ESRCH') throw error
  }
}
