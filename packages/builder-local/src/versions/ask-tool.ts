import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { CommandResult } from '@hop3/core'
import type { MeansRequest } from './means.ts'

export interface Question {
  readonly file: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Milliseconds. Default: a minute, enough for a question; installing takes longer. */
  readonly timeout?: number
}

/** Runs a version manager with these arguments in an empty directory: no file of an app is anywhere it would look. */
export async function askTool({ context }: Pick<MeansRequest, 'context'>, question: Question): Promise<CommandResult> {
  const cwd = join(context.cachePath, 'tools', 'empty')
  await mkdir(cwd, { recursive: true })
  const { file, args, env = {}, timeout = 60_000 } = question
  return context.run({ file, args, cwd, env: { ...context.env, ...env }, signal: context.signal, timeout, maxOutput: 16 * 1024 * 1024 })
}

/** Milliseconds for what downloads. */
export const installTimeout = 900_000

/** What a failed command said last: the line that names the cause, where there is one. */
export function causeOf({ stdout, stderr, timedOut }: Pick<CommandResult, 'stdout' | 'stderr' | 'timedOut'>): string {
  if (timedOut) return 'it took too long'
  const lines = `${stdout}\n${stderr}`
    .split('\n')
    .map((line) => line.replace(/^(?:npm error|error|mise ERROR|go|info):?\s*/i, '').trim())
    .filter((line) => line !== '' && !/^(?:code \w+|Version: |Run with |A complete log )/.test(line))
  return (
    lines.find((line) => /no matching|not find|not found|no such|notarget|E404|does not exist|failed to install/i.test(line)) ??
    lines.at(-1) ??
    'it said nothing'
  )
}
