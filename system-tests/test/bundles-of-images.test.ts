/** An image built by one container engine and running in another: two homes, two engines, one file between them. */
import { execFileSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { openOwnEngine, type OwnEngine } from '@hop3/testing'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { createCommandLine, type CommandLine } from '../src/command-line.ts'
import { writeImageApp } from '../src/image-app.ts'
import { lacks } from '../src/programs.ts'

const timeout = 300_000
const isSkipped = lacks('docker', 'dockerd', 'go')
const app = `hop3-test-${Buffer.from(crypto.getRandomValues(new Uint8Array(4))).toString('hex')}`

let engine: OwnEngine
let here: CommandLine
let there: CommandLine
beforeAll(async () => {
  if (!isSkipped) engine = await openOwnEngine()
}, 120_000)
afterAll(() => engine?.close(), 120_000)
beforeEach(async () => {
  here = await createCommandLine()
  there = await createCommandLine({ options: { env: { DOCKER_HOST: engine.address } } })
})
afterEach(async () => {
  await there.dispose()
  await here.dispose()
  for (const id of imagesOf(undefined)) docker(undefined, 'rmi', '--force', id)
}, 120_000)

function docker(address: string | undefined, ...args: readonly string[]): string {
  const host = address === undefined ? {} : { DOCKER_HOST: address }
  return execFileSync('docker', [...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...host } }).trim()
}

function imagesOf(address: string | undefined): readonly string[] {
  const lines = docker(address, 'images', '--no-trunc', '--format', '{{.ID}}', `hop3/${app}`).split('\n')
  return [...new Set(lines.filter((line) => line !== ''))]
}

async function built(): Promise<string> {
  const source = join(here.directory, 'source')
  await writeImageApp(source, 'one')
  expect(await here.hop3(['build', source, '--app', app, '--builder', 'docker'])).toMatchObject({ exitCode: 0 })
  return source
}

it.skipIf(isSkipped)('an image serves where it was never built', { timeout }, async () => {
  await built()
  const file = join(there.directory, 'image.hop3')
  const exported = await here.hop3(['export', app, '-o', file, '--json'])
  expect(exported).toMatchObject({ exitCode: 0, result: { app, needs: [] } })
  const [id] = imagesOf(undefined)
  docker(undefined, 'rmi', '--force', id ?? '')
  expect(imagesOf(engine.address)).toEqual([])

  const imported = await there.hop3(['import', file, '--json'])
  expect(imported).toMatchObject({ exitCode: 0, result: { app } })
  expect(imagesOf(engine.address)).toEqual([id])
  const artifact: unknown = JSON.parse(await readFile(String(imported.result['artifact']), 'utf8'))
  const provenance = await readFile(join(dirname(String(imported.result['artifact'])), 'provenance.json'), 'utf8')
  expect(JSON.parse(provenance)).toMatchObject({ subject: [{ digest: { sha256: id?.replace('sha256:', '') } }] })
  const tag = `hop3/${app}:${String(imported.result['release'])}`
  expect(artifact).toMatchObject({ kind: 'docker-image', location: id, metadata: { image: { id, tag } } })

  const first = await there.hop3(['run', app, '--artifact', String(imported.result['artifact']), '--json'])
  expect(first).toMatchObject({ exitCode: 0, result: { changed: true } })
  const page = await fetch(`http://127.0.0.1:${Number(first.result['port'])}/`)
  expect(await page.text()).toMatch('one')
  expect(await there.hop3(['destroy', app, '--yes'])).toMatchObject({ exitCode: 0 })
})

it.skipIf(isSkipped)('one that is damaged, for another processor or gone is refused, and nothing is loaded', { timeout }, async () => {
  await built()
  const before = docker(engine.address, 'images', '--all', '--quiet')
  const file = join(there.directory, 'image.hop3')
  expect(await here.hop3(['export', app, '-o', file])).toMatchObject({ exitCode: 0 })
  const content = await readFile(file)
  const middle = Math.floor(content.length / 2)
  content[middle] = (content[middle] ?? 0) ^ 1
  const bad = join(there.directory, 'bad.hop3')
  await writeFile(bad, content)
  expect(await there.hop3(['import', bad, '--json'])).toMatchObject({ exitCode: 50, result: { code: 'artifact.bundle-digest' } })
  const off = { env: { DOCKER_HOST: `unix://${there.directory}/no-engine` } }
  const answer = await there.hop3(['import', file, '--json'], off)
  expect(answer).toMatchObject({ exitCode: 75, result: { code: expect.stringMatching(/^environment\.docker/) } })
  expect(docker(engine.address, 'images', '--all', '--quiet')).toBe(before)

  for (const id of imagesOf(undefined)) docker(undefined, 'rmi', '--force', id)
  const gone = await here.hop3(['export', app, '-o', join(there.directory, 'gone.hop3'), '--json'])
  expect(gone).toMatchObject({ exitCode: 50, result: { code: 'artifact.missing' } })
})
