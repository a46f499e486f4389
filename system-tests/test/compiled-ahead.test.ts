/** What `hop3` is as it is published: the functions a plan calls are compiled with their files, so that Node's cache of compiled code has them. */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it, onTestFinished } from 'vitest'
import { examples } from '../src/example-source.ts'

const program = fileURLToPath(new URL('../../packages/cli/dist/bin.js', import.meta.url))

it.skipIf(process.env['HOP3_TEST'] !== 'built').each(['node-http', 'flask'])('a second plan of %s compiles few functions', async (name) => {
  const directory = await mkdtemp(join(tmpdir(), 'hop3-compiled-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  const log = join(directory, 'v8.log')
  const options = {
    cwd: directory,
    env: { PATH: process.env['PATH'], HOME: directory, HOP3_HOME: join(directory, 'home'), NODE_COMPILE_CACHE: join(directory, 'cache') },
  }
  const plan = (flags: readonly string[]): Promise<unknown> =>
    promisify(execFile)(process.execPath, [...flags, program, 'plan', join(examples, name)], options)
  const logged = ['--log-function-events', '--no-logfile-per-isolate', `--logfile=${log}`]
  // V8 takes no code that was compiled under other flags.
  await plan(logged)
  await plan(logged)
  expect(await compiledFunctions(log)).toBeLessThan(100)
})

/** Of the files of our packages, those compiled when they were first called. */
async function compiledFunctions(log: string): Promise<number> {
  const rows = (await readFile(log, 'utf8')).split('\n').map((line) => line.split(','))
  const ours = new Set(rows.flatMap(([event, id, url]) => (event === 'script-details' && url?.includes('/packages/') ? [id] : [])))
  expect(ours.size).toBeGreaterThan(3)
  return rows.filter(([kind, event, id]) => kind === 'function' && event === 'parse-function' && ours.has(id)).length
}
