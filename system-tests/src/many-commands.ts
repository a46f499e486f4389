/** Many commands of `hop3`, one after the other, without a process for each. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

export interface Asked {
  readonly words: readonly string[]
  /** All the command sees of an environment. */
  readonly env: Readonly<Record<string, string>>
}

export interface Said {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

const program = fileURLToPath(new URL('../../scripts/hop3-commands.mjs', import.meta.url))

/** Of the sources. `env` is that of the process they run in, on top of this one's. */
export async function runCommands(
  asked: readonly Asked[],
  { cwd, env = {} }: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): Promise<readonly Said[]> {
  const child = spawn(process.execPath, ['--conditions=@hop3/source', program], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = once(child, 'close')
  const said = text(child.stdout)
  child.stdin.end(JSON.stringify(asked))
  await ended
  return JSON.parse(await said)
}
