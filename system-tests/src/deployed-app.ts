/** Deploys a source as it is, and asks what came of it. */
import { expect } from 'vitest'
import type { CommandLine } from './command-line.ts'

export interface DeployedApp {
  readonly port: number
  get(path: string): Promise<{ readonly status: number; readonly body: string }>
}

/** Fails unless the app was built and runs; and again, unless a second deploy finds nothing to do. `options` are those of both. */
export async function deployUnchanged(machine: CommandLine, source: string, options: readonly string[] = []): Promise<DeployedApp> {
  const { exitCode, result } = await machine.hop3(['deploy', source, '--json', ...options])
  expect({ exitCode, result }).toMatchObject({ exitCode: 0, result: { changed: true } })
  const again = await machine.hop3(['deploy', source, '--json', ...options])
  expect(again.result).toEqual({ ...result, changed: false })
  const port = Number(result['port'])
  return {
    port,
    get: async (path) => {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`)
      return { status: answer.status, body: await answer.text() }
    },
  }
}
