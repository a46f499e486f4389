/**
 * Runs commands of `hop3` in turn in one process, which takes a tenth of the time of a process each: `node commands-child.ts`, with a list of
 * `{ words, env }` as JSON on stdin, and of what they said on stdout.
 */
import { text } from 'node:stream/consumers'
import { main } from '../../packages/cli/src/main.ts'
import type { Asked, Said } from './many-commands.ts'

const asked: readonly Asked[] = JSON.parse(await text(process.stdin))
const said: Said[] = []
for (const one of asked) said.push(await answer(one))
process.stdout.write(JSON.stringify(said))

async function answer({ words, env }: Asked): Promise<Said> {
  const texts = { stdout: '', stderr: '' }
  const stream = (name: keyof typeof texts) => ({
    write(part: string): boolean {
      texts[name] += part
      return true
    },
    on: () => {},
  })
  const terminal = { cwd: process.cwd(), env, stdin: () => process.stdin, stdout: stream('stdout'), stderr: stream('stderr') }
  const exitCode = await main({ words, terminal, signal: new AbortController().signal })
  return { exitCode, ...texts }
}
