import { expect, test } from 'vitest'
import { createRun } from '../src/index.ts'
import { checkVersion, findProgram, programVerdict } from '../src/program-path.ts'

const node = { name: 'node', title: 'Node', elsewhere: ['/nowhere'], install: 'apt-get install nodejs' }
const env = { PATH: process.env['PATH'] ?? '' }
const context = { env, run: createRun(), signal: new AbortController().signal }

test('a program that is not there is named, with the line that installs it', async () => {
  const sought = { ...node, name: 'no-such-program' }
  const message = 'Cannot route by Node: there is no no-such-program on PATH or in /nowhere.'
  await expect(findProgram(sought, env)).rejects.toMatchObject({ code: 'deploy.proxy.program', message })
  expect(await programVerdict(sought, env)).toMatchObject({ accepted: false, reason: expect.stringContaining(node.install) })
})

test('a program that is too old is named with its version and the one that is needed', async () => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const check = (version: readonly [number, number]): Promise<void> =>
    checkVersion({ ...node, oldest: { args: ['--version'], version } }, context)
  await check([major, minor])
  await check([major - 1, 99])
  const message = expect.stringMatching(/\/node is \d+\.\d+, and routes need 999\.0 or newer\.$/)
  await expect(check([999, 0])).rejects.toMatchObject({ code: 'deploy.proxy.program', message })
  await expect(check([major, minor + 1])).rejects.toMatchObject({ code: 'deploy.proxy.program' })
})
