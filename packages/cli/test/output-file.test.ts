import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { tempApp } from '@hop3/testing'
import { expect, test } from 'vitest'
import { hop3Command } from '../../../scripts/hop3-command.ts'
import { makeOutputDirectory } from '../src/output-file.ts'
import { runCommand, type Finished } from './hop3-process.ts'

test('--output names a file that can be written, and is named for the other host', { timeout: 60_000 }, async () => {
  const root = await tempApp({ 'site/index.html': 'hello' })
  const env = { PATH: process.env['PATH'] ?? '', HOME: root, HOP3_HOME: join(root, 'home'), HOP3_RUN: join(root, 'run') }
  const hop3 = (...words: readonly string[]): Promise<Finished> => runCommand(hop3Command(words), { cwd: root, env })
  const refused = { exitCode: 2, stderr: expect.stringContaining(`there is no directory "${join(root, 'nowhere')}". [usage.no-directory]`) }
  expect(await hop3('build', 'site/', '--builder', 'local', '-o', 'nowhere/site.json')).toMatchObject(refused)
  expect(await hop3('build', 'site/', '--builder', 'local', '-o', 'site.json')).toMatchObject({ exitCode: 0 })
  expect(await hop3('export', 'site', '-o', 'nowhere/x.hop3')).toMatchObject(refused)
  expect(await hop3('export', 'site', '-o', 'site')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('is a directory') })
  expect((await hop3('export', 'site', '-o', 'other name.hop3')).stdout).toContain("there: hop3 import 'other name.hop3'")
  await writeFile(join(root, 'taken'), '')
  await expect(makeOutputDirectory(root, 'taken')).rejects.toMatchObject({
    code: 'usage.no-directory',
    message: 'Cannot write into "taken": it cannot be made (EEXIST).',
  })
})
