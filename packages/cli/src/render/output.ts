/** Where a command's words go: stdout carries results (with `--json` events too), stderr carries talk. */
import { createSecretMask, toHop3Error, type Hop3Error, type LogEvent } from '@hop3/core'
import type { CommandResult } from '../command-spec.ts'
import type { OutputStream, Terminal } from '../invocation.ts'
import { errorText, errorValue, failuresText } from './error-text.ts'
import { createJsonView } from './json-view.ts'
import { createLiveView } from './live-view.ts'
import { createPlainView } from './plain-view.ts'
import { createPaint, type Paint } from './style.ts'
import { plainLines } from './text-width.ts'
import type { Verbosity, View } from './view.ts'

export interface Output {
  readonly json: boolean
  readonly verbosity: Verbosity
  /** For texts on stdout. */
  readonly paint: Paint
  /** The sink of the log. */
  event(event: LogEvent): void
  /** Talk without paint, on stderr; not with `--json` or `--quiet`. */
  say(text: string): void
  /** A part of the result that is ready before the rest: a line of a log that is followed. Not with `--json`. */
  print(text: string): void
  result(result: CommandResult): void
  failure(error: Hop3Error): void
  /** From now on these values, and their usual encodings, are shown as [MASKED] in events, talk and errors. */
  protect(secrets: Iterable<string>): void
  mask(text: string): string
  /** Called when nobody reads stdout any more. */
  onReaderGone(listener: () => void): void
  /** Throws `environment.*` when something of the result could not be written. A reader that went away is none of that. */
  checkWritten(): Promise<void>
  close(): void
}

export interface OutputOptions {
  readonly terminal: Pick<Terminal, 'env' | 'stdout' | 'stderr'>
  readonly json: boolean
  readonly verbosity: Verbosity
}

export function createOutput({ terminal, json, verbosity }: OutputOptions): Output {
  const { env, stdout, stderr } = terminal
  const goneListeners: (() => void)[] = []
  let lost: Error | undefined
  const out = tolerantWriter(stdout, (error) => {
    if (!isReaderGone(error)) lost = error
    goneListeners.forEach((listener) => listener())
  })
  const talk = tolerantWriter(stderr, () => {})
  const talkPaint = createPaint(stderr, env)
  const view = json ? createJsonView(out) : createTalkView(terminal, talk, talkPaint, verbosity)
  const protectedValues = new Set<string>()
  let { mask } = createSecretMask([])
  const write = (text: string): void => {
    if (text !== '') out(text.endsWith('\n') ? text : `${text}\n`)
  }

  return {
    json,
    verbosity,
    paint: createPaint(stdout, env),
    event: (event) => view.event(event),
    say: (text) => {
      if (verbosity !== 'quiet') view.line(plainLines(mask(text)))
    },
    print: (text) => {
      if (!json) write(text)
    },
    result(result) {
      view.close('ok')
      if (json && result.verbatim !== true) out(`${JSON.stringify(result.value)}\n`)
      else write(result.text ?? '')
      const { failures = [] } = result
      if (!json && failures.length > 0) talk(`${failuresText(failures, talkPaint, verbosity === 'verbose', mask)}\n`)
    },
    failure(error) {
      view.close('failed')
      if (json) out(`${JSON.stringify(errorValue(error, mask))}\n`)
      else talk(`${errorText(error, talkPaint, verbosity === 'verbose', mask)}\n`)
    },
    protect(secrets) {
      for (const secret of secrets) protectedValues.add(secret)
      mask = createSecretMask(protectedValues).mask
    },
    mask: (text) => mask(text),
    onReaderGone: (listener) => goneListeners.push(listener),
    async checkWritten() {
      // A stream tells of what it could not write after the call has returned.
      await new Promise((resolve) => setImmediate(resolve))
      if (lost !== undefined) throw toHop3Error(lost, 'Cannot write the result')
    },
    close: () => view.close('ok'),
  }
}

function createTalkView(
  { env, stderr }: Pick<Terminal, 'env' | 'stderr'>,
  write: (text: string) => void,
  paint: Paint,
  verbosity: Verbosity,
): View {
  const isLive = stderr.isTTY === true && env['TERM'] !== 'dumb' && verbosity !== 'quiet'
  if (!isLive) return createPlainView({ write, paint, verbosity })
  return createLiveView({ write, columns: () => stderr.columns || 80, monotonic: () => performance.now(), paint, verbosity })
}

/** A reader that went away (`| head`), or a full disk, is no reason to stop a deploy half-way: what follows is dropped. */
function tolerantWriter(stream: OutputStream, onGone: (error: Error) => void): (text: string) => void {
  let isGone = false
  stream.on('error', (error) => {
    if (isGone) return
    isGone = true
    onGone(error)
  })
  return (text) => {
    if (!isGone) stream.write(text)
  }
}

/** A closed pipe, or a terminal that was hung up. */
function isReaderGone(error: Error): boolean {
  return 'code' in error && (error.code === 'EPIPE' || error.code === 'EIO' || error.code === 'ERR_STREAM_DESTROYED')
}
