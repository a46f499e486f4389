import { appLogs, hop3Error, readArtifact, visible, type AppHome, type Host } from '@hop3/core'
import { followLogs, readLogs } from '@hop3/releases'
import type { CommandResult } from '../command-spec.ts'
import { createHost } from '../host.ts'
import type { Invocation } from '../invocation.ts'
import { knownApp } from '../known-app.ts'
import { plainLines } from '../render/text-width.ts'
import { join } from 'node:path'

interface ShownLine {
  readonly worker: string
  readonly ordinal: number
  readonly text: string
}

export async function run(invocation: Invocation): Promise<CommandResult> {
  const { options, operands, output } = invocation
  const count = lineCount(options.text('lines'))
  const host = await createHost(invocation)
  const home = await knownApp(invocation, host, operands[0])
  const worker = options.text('worker')
  if (worker !== undefined) await checkWorker(home, worker)
  const selection = { directory: home.directories.logs, ...(worker === undefined ? {} : { worker }) }

  const files = await readLogs({ ...selection, lines: count })
  const follow = options.flag('follow')
  const kept = files.flatMap((file) => file.lines.map((text): ShownLine => ({ worker: file.worker, ordinal: file.ordinal, text })))
  if (!follow) {
    const live: ShownLine[] = []
    const onLine = (line: ShownLine): void => void live.push(line)
    await appLogs(home.appName, host, { ...only(worker), lines: count, follow, signal: invocation.signal, onLine })
    const lines = newest([...kept, ...live], count).map((line) => ({ ...line, text: output.mask(line.text) }))
    return { value: { app: home.appName, lines }, text: lines.map((line) => lineText(line, invocation)).join('\n') }
  }

  const onLine = (line: ShownLine): void => show({ ...line, text: output.mask(line.text) }, invocation, host)
  const signal = untilUnread(invocation)
  for (const line of kept) onLine(line)
  const isLive = await appLogs(home.appName, host, { ...only(worker), lines: count, follow, signal, onLine })
  if (!isLive) for await (const line of followLogs({ ...selection, after: files, clock: host.clock, signal })) onLine(line)
  return { value: { app: home.appName, lines: [] } }
}

const only = (worker: string | undefined): { readonly worker?: string } => (worker === undefined ? {} : { worker })

/** The last of each instance, by worker and ordinal, in the order they came. */
function newest(lines: readonly ShownLine[], count: number): readonly ShownLine[] {
  const byInstance = Map.groupBy(lines, ({ worker, ordinal }) => `${worker} ${String(ordinal).padStart(6, '0')}`)
  const instances = [...byInstance].toSorted(([one], [other]) => (one < other ? -1 : 1))
  return instances.flatMap(([, all]) => all.slice(Math.max(0, all.length - count)))
}

const defaultLines = 100

function lineCount(text: string | undefined): number {
  if (text === undefined) return defaultLines
  if (/^\d{1,6}$/.test(text)) return Number(text)
  throw hop3Error('usage.bad-value', `--lines cannot be ${visible(text)}.`, { hint: 'Write a whole number: --lines 200.' })
}

/** Those of the current release, and those of earlier ones whose logs are still there. Throws `usage.unknown-worker`. */
async function checkWorker(home: AppHome, worker: string): Promise<void> {
  const current = await home.current()
  const entry = (await home.releases()).find(({ id }) => id === current)
  const artifact = entry && (await readArtifact(join(entry.path, 'BUILD_ARTIFACT.json')))
  const logged = await readLogs({ directory: home.directories.logs, lines: 0 })
  const workers = [...new Set([...Object.keys(artifact?.runtime.workers ?? {}), ...logged.map((file) => file.worker)])].toSorted()
  if (workers.includes(worker)) return
  throw hop3Error('usage.unknown-worker', `${home.appName} has no worker ${visible(worker)}.`, {
    hint: workers.length === 0 ? 'It has none: deploy it first.' : `Name one of: ${workers.join(', ')}.`,
  })
}

function show(line: ShownLine, invocation: Invocation, host: Host): void {
  if (invocation.output.json) host.log.child({ phase: 'logs', strategy: `${line.worker}.${line.ordinal}` }).output(line.text, 'stdout')
  else invocation.output.print(lineText(line, invocation))
}

function lineText({ worker, ordinal, text }: ShownLine, { output }: Invocation): string {
  const head = output.paint('cyan', `${worker}.${ordinal} |`)
  // The app wrote it, and terminals obey what stands in a text; the file keeps it as it is.
  return plainLines(text)
    .split('\n')
    .map((line) => `${head} ${line}`)
    .join('\n')
}

/** Ends when the command is interrupted, or when nobody reads what it prints (`| head`). */
function untilUnread({ signal, output }: Invocation): AbortSignal {
  const unread = new AbortController()
  output.onReaderGone(() => unread.abort())
  return AbortSignal.any([signal, unread.signal])
}
