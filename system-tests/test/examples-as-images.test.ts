/** The examples of the repository as images under Compose: each answers what it answers as processes or as a site. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it, type TestContext } from 'vitest'
import { readExampleCheck, type ExampleCheck } from '../src/example-check.ts'
import { expectNoInstall } from '../src/example-edit.ts'
import { leavesImageOut } from '../src/example-images.ts'
import { copyExample, exampleMachine, exampleNames, examples } from '../src/example-source.ts'
import { expectGolden, goldenRenderings } from '../src/golden.ts'
import { checkNothingLeft } from '../src/image-app.ts'
import { lacks } from '../src/programs.ts'
import { maskedRendering, renderedFiles } from '../src/rendered-examples.ts'
import { createTurns } from '../src/turns.ts'

const options = ['--builder', 'docker', '--deployer', 'compose'] as const

/** With more at once, what compiles keeps a JVM from starting in time. */
const inTurn = createTurns(2)

describe.concurrent.each(exampleNames())('%s', (name) => {
  const check = readExampleCheck(join(examples, name, 'check.json'))

  it(
    'is built as an image, answers under Compose as its check.json says, is rendered as its file says, and leaves nothing',
    { timeout: 2_400_000 },
    async (context) => {
      const why = leavesImageOut(name, check, 'compose')
      if (why !== undefined) context.skip(why)
      if (lacks('docker')) context.skip(`${name} needs docker`)
      await inTurn(async () => expectServed(context, name, check))
    },
  )
})

/** Fails unless it does, and unless nothing is left of it. */
async function expectServed(context: TestContext, name: string, check: ExampleCheck): Promise<void> {
  const machine = await exampleMachine(context, check)
  const source = await copyExample(name, machine)
  context.onTestFinished(async () => void (await machine.hop3(['destroy', name, '--yes'])), 120_000)

  const { exitCode, result } = await machine.hop3(['deploy', source, ...options, '--json'])
  expect({ exitCode, result }).toMatchObject({ exitCode: 0, result: { app: name, changed: true } })
  for (const { path, accept, status, contains } of check.requests) {
    const answer = await fetch(`http://127.0.0.1:${Number(result['port'])}${path}`, { headers: { accept } })
    expect({ path, status: answer.status }).toEqual({ path, status })
    expect(await answer.text()).toContain(contains)
  }

  const { stdout } = await machine.hop3(['render', name, '--target', 'compose'])
  await expectGolden(join(goldenRenderings, name, renderedFiles.compose), maskedRendering(stdout, machine.home))

  expect((await machine.hop3(['deploy', source, ...options, '--json'])).result).toEqual({ ...result, changed: false })
  if (check.edit !== undefined) await expectNoInstall({ name, machine, source, edit: check.edit, options })
  expect(await machine.hop3(['destroy', name, '--yes'])).toMatchObject({ exitCode: 0 })
  checkNothingLeft(machine.home)
  const tag = `hop3/${name}:${String(result['release'])}`
  expect(execFileSync('docker', ['images', '--quiet', tag], { encoding: 'utf8' })).toBe('')
}
