/** Units under the real systemd: checked by `systemd-analyze verify`, and run by a manager of their own. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { unitText, type Unit } from '../src/index.ts'

/** Vitest skips without systemd; `HOP3_REQUIRE=all` makes that a failure, as everywhere. */
export function lacksSystemd(): boolean {
  const isMissing = spawnSync('systemd-analyze', ['--version']).status !== 0
  if (isMissing && process.env['HOP3_REQUIRE'] === 'all') throw new Error('systemd-analyze is missing: apt-get install systemd')
  return isMissing
}

/** A manager needs namespaces and a control group. */
export function lacksManager(): boolean {
  return lacksSystemd() || process.getuid?.() !== 0 || spawnSync('unshare', ['-mp', '--fork', 'true']).status !== 0
}

export function temporary(): string {
  const directory = mkdtempSync(join(tmpdir(), 'hop3-systemd-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

/** What systemd has against the units: nothing. */
export function verified(units: readonly Unit[]): string {
  return verifiedTexts(new Map(units.map((unit) => [unit.name, unitText(unit)])))
}

/** By name. */
export function verifiedTexts(units: ReadonlyMap<string, string>): string {
  const directory = temporary()
  for (const [name, text] of units) writeFileSync(join(directory, name), text)
  const files = [...units.keys()].map((name) => join(directory, name))
  const env = { ...process.env, SYSTEMD_UNIT_PATH: `${directory}:` }
  const { status, stdout, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', ...files], { encoding: 'utf8', env })
  return status === 0 && stderr === '' ? '' : `${String(status)}\n${stdout}${stderr}`
}

/**
 * The manager of a user, in namespaces of its own, with /run of its own: starts `start` with what it needs, waits for the file `until`, then ends
 * everything it started.
 */
export function runUnits(directory: string, start: string, until: string): void {
  const script = join(directory, 'manager.sh')
  mkdirSync(join(directory, 'home'), { recursive: true })
  writeFileSync(script, manager)
  const args = ['-mp', '--fork', '--mount-proc', '--kill-child', 'sh', script, directory, start, until]
  spawnSync('unshare', args, { timeout: 60_000, env: { PATH: process.env['PATH'] ?? '' } })
}

/** Of a second that are waited. */
const tenths = 300

const manager = `
set -u
group=
for tree in /sys/fs/cgroup/systemd /sys/fs/cgroup; do
  [ -e $tree/cgroup.procs ] || continue
  group=$(mktemp -d $tree/hop3-test-XXXXXX) && echo 0 > $group/cgroup.procs && break
done
mount -t tmpfs tmpfs /run && mkdir -p /run/systemd/system /run/own
export XDG_RUNTIME_DIR=/run/own SYSTEMD_UNIT_PATH="$1:" HOME="$1/home" SYSTEMD_LOG_TARGET=console
/lib/systemd/systemd --user --unit="$2" &
pid=$!
tries=0
until [ -e "$3" ] || [ $tries -ge ${tenths} ]; do sleep 0.1; tries=$((tries + 1)); done
kill -TERM $pid
wait $pid
[ -z "$group" ] || { echo 0 > $(dirname $group)/cgroup.procs; find $group -depth -type d -exec rmdir {} +; }
`
