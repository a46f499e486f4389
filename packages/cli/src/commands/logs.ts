import { hop3Error, readArtifact, visible, type AppHome, type Host } from '@hop3/core'
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
  const lines = files.flatMap((file) => file.lines.map((text) => ({ worker: file.worker, ordinal: file.ordinal, text: output.mask(text) })))
  if (!options.flag('follow'))
    return { value: { app: home.appName, lines }, text: lines.map((line) => lineText(line, invocation)).join('\n') }

  for (const line of lines) show(line, invocation, host)
  for await (const line of followLogs({ ...selection, after: files, clock: host.clock, signal: untilUnread(invocation) }))
    show({ ...line, text: output.mask(line.text) }, invocation, host)
  return { value: { app: home.appName, lines: [] } }
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
