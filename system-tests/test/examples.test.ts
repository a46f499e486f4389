import { cp, mkdir, readFile, realpath } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as z from 'zod'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createCommandLine, type CommandLine } from '../src/command-line.ts'
import { expectGolden, maskedArtifact } from '../src/golden.ts'
import { processesOf } from '../src/left-over.ts'

const examples = fileURLToPath(new URL('../../examples', import.meta.url))
const goldenFiles = ['plan.json', 'artifact.json', 'check.json']
const checkSchema = z
  .array(z.strictObject({ path: z.string().startsWith('/'), accept: z.string().default('*/*'), status: z.int(), contains: z.string() }))
  .min(1)

let machine: CommandLine
let source: string
beforeEach(async () => void (machine = await createCommandLine()))
afterEach(() => machine.dispose())

/** Its own files are part of no app: what the example says is all that is deployed. */
async function copyExample(name: string): Promise<void> {
  source = join(machine.directory, 'sources', name)
  await mkdir(source, { recursive: true })
  const isSource = (path: string): boolean => !goldenFiles.includes(basename(path)) && !/^(node_modules|dist|\.venv)$/.test(basename(path))
  await cp(join(examples, name), source, { recursive: true, filter: isSource })
}

describe.each(['static-site', 'node-http', 'flask', 'vite-spa', 'fastapi-uv', 'procfile-mixed'])('%s', (name) => {
  beforeEach(() => copyExample(name))

  it('is planned as its plan.json says', { timeout: 120_000 }, async () => {
    const { exitCode, stdout, stderr } = await machine.hop3(['plan', source, '--format', 'json'])
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    await expectGolden(join(examples, name, 'plan.json'), stdout)
  })

  it('is built as its artifact.json says, answers as its check.json says, and leaves nothing', { timeout: 900_000 }, async () => {
    const { exitCode, result } = await machine.hop3(['deploy', source, '--json'])
    expect({ exitCode, result }).toMatchObject({ exitCode: 0, result: { app: name, changed: true } })
    const release = await realpath(join(machine.home, 'apps', name, 'current'))
    expect(basename(release)).toBe(result['release'])
    const artifact = await readFile(join(release, 'BUILD_ARTIFACT.json'), 'utf8')
    await expectGolden(join(examples, name, 'artifact.json'), maskedArtifact(artifact, { id: basename(release), path: release }))

    const checks = checkSchema.parse(JSON.parse(await readFile(join(examples, name, 'check.json'), 'utf8')))
    for (const { path, accept, status, contains } of checks) {
      const answer = await fetch(`http://127.0.0.1:${Number(result['port'])}${path}`, { headers: { accept } })
      expect({ path, status: answer.status }).toEqual({ path, status })
      expect(await answer.text()).toContain(contains)
    }

    const again = await machine.hop3(['deploy', source, '--json'])
    expect(again.result).toEqual({ ...result, changed: false })
    expect((await machine.hop3(['stop', '--all', '--json'])).result).toMatchObject({ apps: [name], stopped: true })
    expect(await processesOf(machine.directory)).toEqual([])
  })
})
