import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { deployApp, emptyAppConfig } from '../src/index.ts'
import { createWorld } from './memory-world.ts'

async function deployed(beforeRun: readonly string[] = []) {
  const root = await mkdtemp(join(tmpdir(), 'hop3-statics-'))
  onTestFinished(() => rm(root, { recursive: true, force: true }))
  await mkdir(join(root, 'there'))
  await writeFile(join(root, 'file'), '')
  const world = createWorld()
  const staticPaths = Object.fromEntries(['there', 'nothere', 'file'].map((name) => [`/${name}/`, `${name}/`]))
  world.use({ version: '1', beforeRun, root, staticPaths })
  const origins = { 'runtime.staticPaths./nothere/': 'hop3.toml:4:1', 'runtime.staticPaths./file/': 'hop3.toml:5:1' }
  await deployApp({ ...world.app, config: { ...emptyAppConfig, runtime: { workers: {}, staticPaths }, origins } }, world.host)
  return world.events.filter(({ text }) => text.includes('after the build')).map(({ level, text }) => `${level} ${text}`)
}

test('a directory to publish that the build has not made is named with its line', async () => {
  expect(await deployed()).toEqual([
    'warn hop3.toml:4:1: after the build there is no directory "nothere": requests below /nothere/ find nothing until something makes it.',
    'warn hop3.toml:5:1: after the build there is no directory "file": requests below /file/ find nothing until something makes it.',
  ])
})

test('where a before-run may make it, that is no warning', async () => {
  expect(await deployed(['make assets'])).toEqual([
    expect.stringContaining('info hop3.toml:4:1'),
    expect.stringContaining('info hop3.toml:5:1'),
  ])
})
