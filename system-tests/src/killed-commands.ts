/** Commands that are killed by themselves after one of their records, and what has to be so afterwards. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { appStatus } from '@hop3/core'
import { expect } from 'vitest'
import type { TemporaryHost } from './temporary-host.ts'

/** `current` is committed and serves alone: one release, one generation, every instance healthy. */
export async function expectOneVersion(name: string, host: TemporaryHost['host']): Promise<void> {
  const status = await appStatus(name, host)
  expect(status.workers.length).toBeGreaterThan(0)
  expect(new Set(status.workers.map((one) => one.release))).toEqual(new Set([status.release]))
  expect(new Set(status.workers.map((one) => one.generation)).size).toBe(1)
  expect(status.workers.filter((one) => one.state !== 'running')).toEqual([])
  const releases = await host.home.app(name).releases()
  expect(releases.filter((one) => !one.committed)).toEqual([])
  expect(await host.home.app(name).openRecords()).toEqual([])
}

/** The words of `interrupted-child.ts`. True when the command was killed; false when it came to its end before its nth record. */
export async function runInterrupted(
  words: readonly (string | number)[],
  path = process.env['PATH'] ?? '',
  variables: Readonly<Record<string, string>> = {},
): Promise<boolean> {
  const script = fileURLToPath(new URL('interrupted-child.ts', import.meta.url))
  const conditions = process.env['HOP3_TEST'] === 'built' ? [] : ['--conditions=@hop3/source']
  const child = spawn(process.execPath, [...conditions, script, ...words.map(String)], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...variables, PATH: path },
  })
  let errors = ''
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  const [exitCode, signal] = await new Promise<[number | null, string | null]>((resolve) =>
    child.once('exit', (...ended) => resolve(ended)),
  )
  if (signal !== 'SIGKILL' && exitCode !== 0) throw new Error(errors)
  return signal === 'SIGKILL'
}
