/** The Emperor of one home: started when there is something to run, found again by its pid file and the mark in its environment. */
import { mkdir, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { hop3Error, writeFileAtomic, type DeploymentContext } from '@hop3/core'
import { orElse } from '@hop3/core/files'
import { readArguments, signalProcess } from '@hop3/core/processes'
import { lastLines } from './last-lines.ts'
import { vassalFile, type Layout } from './layout.ts'
import { readProcess, readProcesses, type Process } from './process-table.ts'
import { wrapperScript } from './start-script.ts'

type Host = Pick<DeploymentContext, 'run' | 'clock' | 'env' | 'log'>

/** Makes sure that the Emperor runs, and that it looks at the vassal files now. `program` is asked for only when it must be started. */
export async function ensureEmperor(host: Host, layout: Layout, program: () => Promise<readonly string[]>): Promise<void> {
  await shorten(layout.log)
  if (await wakeEmperor(layout)) return
  const [file = '', ...first] = await program()
  await endOrphans(host, layout)
  host.log.debug('Starting the uWSGI Emperor.')
  await host.run({
    file,
    args: [...first, ...emperorArguments],
    cwd: layout.root,
    env: { PATH: host.env['PATH'] ?? '/usr/bin:/bin', HOP3_EMPEROR: layout.root },
    detached: true,
  })
  await waitFor(host, layout)
}

/** Makes what the Emperor and its vassals find there. */
export async function prepareLayout(layout: Layout): Promise<void> {
  for (const path of [layout.root, layout.vassals, layout.instances, layout.crons]) await mkdir(path, { recursive: true, mode: 0o700 })
  await writeFile(layout.lock, '', { flag: 'a', mode: 0o600 })
  const wrapper = wrapperScript(layout.instances)
  if ((await readFile(layout.wrapper, 'utf8').catch(() => '')) !== wrapper) await writeFileAtomic(layout.wrapper, wrapper, { mode: 0o700 })
}

/** Relative to the Emperor's directory, which it leaves for the vassals'. The lock lets one of several that start at once go on. */
const emperorArguments: readonly string[] = (
  '--flock emperor.lock --logto2 emperor.log --pidfile emperor.pid ' +
  '--emperor vassals --emperor-freq 1 --emperor-max-throttle 10000 --emperor-wrapper ../wrapper'
).split(' ')

/**
 * The running Emperor looks at the vassal files at once instead of within a second: any signal ends its wait, and this one means nothing to
 * it, nor to any process that does not ask for it. False when there is no Emperor.
 */
export async function wakeEmperor(layout: Layout): Promise<boolean> {
  const emperor = await findEmperor(layout)
  if (emperor === undefined) return false
  // One whose dismissal was cut off rests.
  for (const signal of ['SIGCONT', 'SIGURG'] as const) signalProcess(emperor, signal)
  return true
}

/** Ends the Emperor if it has nothing to run. What another command has given it meanwhile, it runs again. */
export async function dismissEmperor(host: Host, layout: Layout): Promise<void> {
  if ((await vassalIds(layout)).length > 0) return
  const emperor = await findEmperor(layout)
  if (emperor === undefined) return
  const program = await commandLine(emperor.pid)
  // Until another command wakes it, it starts nothing, which would die with it and count as an instance that has ended; what it has started before has its file.
  signalProcess(emperor, 'SIGSTOP')
  if ((await vassalIds(layout)).length > 0) return signalProcess(emperor, 'SIGCONT')
  // Killed, because its own way of ending takes seconds in which it would keep a new one from starting; it has nothing to lose.
  signalProcess(emperor, 'SIGKILL')
  for (let left = 200; left > 0 && (await readProcess(emperor.pid)) !== undefined; left--) await host.clock.sleep(10)
  await rm(layout.pidFile, { force: true })
  if ((await vassalIds(layout)).length > 0) await ensureEmperor(host, layout, async () => program)
}

/** Names of the instances that are to run, of any app. */
export async function vassalIds(layout: Layout): Promise<readonly string[]> {
  const names = await orElse(readdir(layout.vassals), [])
  return names.filter((name) => name.endsWith('.ini')).map((name) => name.slice(0, -'.ini'.length))
}

/** From now on the Emperor runs the instance. The file is empty: see `wrapperScript`. */
export async function addVassal(layout: Layout, id: string): Promise<void> {
  await writeFileAtomic(vassalFile(layout, id), '')
}

export async function findEmperor(layout: Layout): Promise<Process | undefined> {
  const text = await readFile(layout.pidFile, 'utf8').catch(() => '')
  const known = /^\d+\s*$/.test(text) ? await readProcess(Number(text)) : undefined
  if (known?.emperor === layout.root) return known
  const marked = (await readProcesses()).filter((one) => one.emperor === layout.root)
  // A vassal on its way to become uWSGI still carries its parent's mark.
  return marked.find((one) => !marked.some((other) => other.pid === one.parent))
}

/** What an Emperor that was killed left behind is dying; it must be gone before its successor starts the same instances again. */
async function endOrphans(host: Host, layout: Layout): Promise<void> {
  for (let round = 0; round < 200; round++) {
    const orphans = (await readProcesses()).filter((one) => one.instance.startsWith(`${layout.instances}/`))
    if (orphans.length === 0 || (await findEmperor(layout)) !== undefined) return
    if (round >= 20) for (const one of orphans) signalProcess(one, 'SIGKILL')
    await host.clock.sleep(25)
  }
}

/** The Emperor writes a few lines for every start and end, and opens its log for appending: emptied, it stays in use. */
async function shorten(log: string): Promise<void> {
  const size = await stat(log).then(
    (found) => found.size,
    () => 0,
  )
  if (size > longestLog) await truncate(log)
}

const longestLog = 1024 * 1024

async function waitFor(host: Host, layout: Layout): Promise<void> {
  for (let left = 500; left > 0; left--) {
    const text = await readFile(layout.pidFile, 'utf8').catch(() => '')
    const found = /^\d+\s*$/.test(text) ? await readProcess(Number(text)) : undefined
    if (found?.emperor === layout.root) return
    await host.clock.sleep(10)
  }
  throw hop3Error('deploy.uwsgi.emperor', `The uWSGI Emperor of ${layout.root} does not start.\n${await lastLines(layout.log, 0)}`, {
    hint: `Read ${layout.log}; run \`hop3 doctor\` to check the uWSGI at hand.`,
    class: 'environment',
  })
}

/** The program a running Emperor was started with, without the arguments that are ours. */
async function commandLine(pid: number): Promise<readonly string[]> {
  const words = await readArguments(pid)
  return words.slice(0, Math.max(1, words.length - emperorArguments.length))
}
