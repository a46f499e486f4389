import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { tempApp } from '@hop3/testing'
import { expect, test } from 'vitest'
import { isProgram, pathDirectories, programOnPath } from '../src/index.ts'

test('finds the first program of that name, as a shell would, and nothing that is no program', async () => {
  const root = await tempApp()
  const [one, two, three] = [join(root, 'one'), join(root, 'two'), join(root, 'three')] as const
  for (const directory of [one, two, three]) await mkdir(directory)
  await mkdir(join(one, 'tool'))
  await writeFile(join(two, 'tool'), 'no program')
  await writeFile(join(three, 'tool'), '#!/bin/sh\n')
  await chmod(join(three, 'tool'), 0o755)
  const path = `${one}::relative:${two}:${three}`
  expect(programOnPath('tool', path)).toBe(join(three, 'tool'))
  expect(programOnPath('tool', `${one}:${two}`)).toBeUndefined()
  expect(programOnPath('tool', undefined, [three])).toBe(join(three, 'tool'))
  expect(programOnPath('none', path, [two])).toBeUndefined()
})

test('what PATH names by no absolute path is left out, or lies where the command starts, as an empty name does', () => {
  expect(pathDirectories('/usr/bin::bin:/bin/')).toEqual(['/usr/bin', '/bin/'])
  expect(pathDirectories('/usr/bin::bin', '/srv/app')).toEqual(['/usr/bin', '/srv/app', '/srv/app/bin'])
  expect(pathDirectories(undefined)).toEqual([])
  expect([process.execPath, import.meta.filename, import.meta.dirname, '/nowhere'].map(isProgram)).toEqual([true, false, false, false])
})
