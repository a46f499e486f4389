// Runs commands of `hop3` in turn in one process, which takes a tenth of the time of a process each: a list of `{ words, env }` as JSON on
// stdin, and a list of what they said, `{ exitCode, stdout, stderr }`, on stdout. Tests use it: system-tests/src/many-commands.ts.
import { text } from 'node:stream/consumers'
/* oxlint-disable no-restricted-imports -- it is the program itself that runs them */
import { main } from '../packages/cli/src/main.ts'
/* oxlint-enable no-restricted-imports */

const said = []
for (const asked of JSON.parse(await text(process.stdin))) said.push(await answer(asked))
process.stdout.write(JSON.stringify(said))

async function answer({ words, env }) {
  const texts = { stdout: '', stderr: '' }
  const stream = (name) => ({
    write(part) {
      texts[name] += part
      return true
    },
    on() {},
  })
  const terminal = { cwd: process.cwd(), env, stdin: () => process.stdin, stdout: stream('stdout'), stderr: stream('stderr') }
  const exitCode = await main({ words, terminal, signal: new AbortController().signal })
  return { exitCode, ...texts }
}
