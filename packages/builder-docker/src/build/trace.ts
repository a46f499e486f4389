/**
 * Reads BuildKit's progress. dockerode's own decoding is not used: it prints the output of RUN as base64, and cuts letters of more than
 * one byte where the engine's messages end.
 */
import { isObject } from '@hop3/core/json'
import { splitLines, type LineSplitter } from '@hop3/core/processes'
import { codec } from '../session/wire.ts'
import type { BuildEvents } from './progress.ts'

/** Returns what takes one `moby.buildkit.trace` message, as it stands in the engine's answer. */
export function readTrace(events: BuildEvents): (aux: string) => void {
  const status = codec('StatusResponse')
  const steps = new Map<string, Step>()
  const stepOf = (digest: string): Step => {
    const known = steps.get(digest)
    if (known !== undefined) return known
    const made = { isBegun: false, isOver: false, lines: new Map<number, LineSplitter>() }
    steps.set(digest, made)
    return made
  }
  return (aux) => {
    const { vertexes, logs, warnings } = status.decode(Buffer.from(aux, 'base64'))
    for (const vertex of objects(vertexes)) readVertex(events, stepOf(text(vertex['digest'])), vertex)
    for (const log of objects(logs)) readLog(events, stepOf(text(log['vertex'])), log)
    for (const warning of objects(warnings)) events.warning(bytesText(warning['short']))
  }
}

interface Step {
  isBegun: boolean
  isOver: boolean
  readonly lines: Map<number, LineSplitter>
}

function readVertex(events: BuildEvents, step: Step, vertex: Fields): void {
  const id = text(vertex['digest'])
  const started = milliseconds(vertex['started'])
  const completed = milliseconds(vertex['completed'])
  if ((started !== undefined || vertex['cached'] === true) && !step.isBegun) {
    step.isBegun = true
    events.begin(id, text(vertex['name']))
  }
  if (completed === undefined || step.isOver) return
  step.isOver = true
  for (const lines of step.lines.values()) lines.end()
  const error = text(vertex['error'])
  events.end(id, {
    isCached: vertex['cached'] === true,
    ...(started === undefined ? {} : { milliseconds: Math.max(0, Math.round(completed - started)) }),
    ...(error === '' ? {} : { error }),
  })
}

function readLog(events: BuildEvents, step: Step, log: Fields): void {
  const stream = Number(log['stream'])
  const lines = step.lines.get(stream) ?? splitLines((line) => events.output(text(log['vertex']), line, streamOf(stream)))
  step.lines.set(stream, lines)
  lines.push(bytes(log['msg']))
}

type Fields = Readonly<Record<string, unknown>>

function objects(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.filter(isObject) : []
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function bytes(value: unknown): Buffer {
  return value instanceof Uint8Array ? Buffer.from(value) : Buffer.alloc(0)
}

function bytesText(value: unknown): string {
  return bytes(value).toString('utf8')
}

function milliseconds(time: unknown): number | undefined {
  return isObject(time) ? Number(time['seconds']) * 1_000 + Number(time['nanos']) / 1e6 : undefined
}

function streamOf(stream: number): 'stdout' | 'stderr' {
  return stream === 2 ? 'stderr' : 'stdout'
}
