import { readFile, realpath } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readExampleCheck } from '../src/example-check.ts'
import { expectNoInstall } from '../src/example-edit.ts'
import { copyExample, exampleMachine, exampleNames, examples } from '../src/example-source.ts'
import { expectGolden, maskedArtifact } from '../src/golden.ts'
import { processesOf } from '../src/left-over.ts'
import { lacks } from '../src/programs.ts'

describe.concurrent.each(exampleNames())('%s', (name) => {
  const check = readExampleCheck(join(examples, name, 'check.json'))

  it('is planned as its plan.json says', { timeout: 120_000 }, async (context) => {
    const machine = await exampleMachine(context, check)
    const { exitCode, stdout, stderr } = await machine.hop3(['plan', await copyExample(name, machine), '--format', 'json'])
    expect({ exitCode, stderr: stderr.replace(/^warning: .*\n/gm, '') }).toEqual({ exitCode: 0, stderr: '' })
    await expectGolden(join(examples, name, 'plan.json'), stdout)
  })

  it('is built as its artifact.json says, answers as its check.json says, and leaves nothing', { timeout: 900_000 }, async (context) => {
    if (check.skip !== undefined) context.skip(`${name}: ${check.skip}`)
    if (lacks(...check.needs)) context.skip(`${name} needs ${check.needs.join(', ')}`)
    const machine = await exampleMachine(context, check)
    const source = await copyExample(name, machine)

    const { exitCode, result } = await machine.hop3(['deploy', source, '--json'])
    expect({ exitCode, result }).toMatchObject({ exitCode: 0, result: { app: name, changed: true } })
    const release = await realpath(join(machine.home, 'apps', name, 'current'))
    expect(basename(release)).toBe(result['release'])
    const artifact = await readFile(join(release, 'BUILD_ARTIFACT.json'), 'utf8')
    await expectGolden(join(examples, name, 'artifact.json'), maskedArtifact(artifact, { id: basename(release), path: release }))

    for (const { path, accept, status, contains } of check.requests) {
      const answer = await fetch(`http://127.0.0.1:${Number(result['port'])}${path}`, { headers: { accept } })
      expect({ path, status: answer.status }).toEqual({ path, status })
      expect(await answer.text()).toContain(contains)
    }

    const again = await machine.hop3(['deploy', source, '--json'])
    expect(again.result).toEqual({ ...result, changed: false })
    if (check.edit !== undefined) await expectNoInstall({ name, machine, source, edit: check.edit })
    expect((await machine.hop3(['stop', '--all', '--json'])).result).toMatchObject({ apps: [name], stopped: true })
    expect(await processesOf(machine.directory)).toEqual([])
  })
})
