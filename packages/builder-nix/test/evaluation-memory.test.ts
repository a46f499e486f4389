/** What an expression may take of this host while it is evaluated, with the real Nix: two ways to grow, by each allocator it has. */
import { execFileSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { toHop3Error } from '@hop3/core'
import { describe, expect, it } from 'vitest'
import { evaluate } from '../src/evaluate.ts'
import { mostMemory, withMemory } from '../src/evaluation-memory.ts'
import { createSession } from '../src/session.ts'
import { lacksNix, nixStage, processesNaming } from './nix-stage.ts'

const gibibyte = 1024 ** 3
const megabyte = 'let twice = text: n: if n == 0 then text else twice (text + text) (n - 1); a = twice "0123456789abcdef" 16; in'

describe.skipIf(lacksNix())('an expression that takes gigabytes', { timeout: 120_000 }, () => {
  it.each([
    ['one list of a hundred million', 'package = builtins.length (builtins.filter (x: x == "a") (builtins.genList toString 100000000));'],
    ['a text that is put together', `package = ${megabyte} builtins.concatStringsSep "" (builtins.genList (_: a) 4000);`],
  ])('is refused: %s', async (_what, attribute) => {
    const stage = await nixStage({ 'hop3.nix': `{\n  ${attribute}\n  workers.web = "x";\n}` })
    const session = { ...(await createSession((await stage.builder()).context)), memory: gibibyte }
    const failing = evaluate(session, stage.source).then(
      () => undefined,
      (error: unknown) => toHop3Error(error, 'x'),
    )
    const most = await mostTaken(stage.source, failing)
    const thrown = await failing
    expect(thrown).toMatchObject({
      code: 'build.nix-recursion',
      message: expect.stringMatching(/^hop3\.nix(?::\d+:\d+)?: the evaluation took more than 1\.0 GiB of memory\.$/),
      hint: expect.stringContaining('grows without end'),
    })
    expect(most).toBeLessThan(1.25 * gibibyte)
  })

  it('is what every build refuses, by what the host has', async () => {
    const { context } = await (await nixStage({ 'hop3.nix': '{ }' })).builder()
    expect((await createSession(context)).memory).toBe(mostMemory())
    expect(mostMemory()).toBeGreaterThanOrEqual(gibibyte)
  })

  it('leaves a host that allows less as it is', () => {
    const { file, args, env } = withMemory(4 * gibibyte, '/bin/sh', ['-c', 'ulimit -d; echo "$GC_MAXIMUM_HEAP_SIZE"'])
    const told = execFileSync('/bin/sh', ['-c', 'ulimit -d 2097152; exec "$@"', 'sh', file, ...args], { env, encoding: 'utf8' })
    expect(told).toBe(`2097152\n${4 * gibibyte}\n`)
  })
})

/** What the kernel says that programs naming `text` have taken at most, looked at while `work` goes on. */
async function mostTaken(text: string, work: Promise<unknown>): Promise<number> {
  let most = 0
  const isOver = (): Promise<boolean> => Promise.race([work.then(() => true), delay(50, false)])
  do {
    for (const pid of await processesNaming(text)) {
      const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
      most = Math.max(most, 1024 * Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0))
    }
  } while (!(await isOver()))
  return most
}
