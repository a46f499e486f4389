import { fakeRun } from '@hop3/testing'
import { expect, test } from 'vitest'

const command = { cwd: '/', env: {} }

test('answers by the longest start of the command, ignoring where the program lies', async () => {
  const { run, argv } = fakeRun({ nix: { stdout: 'short' }, 'nix build': { stdout: 'long\n' }, 'nix b': { stdout: 'no word' } })
  const lines: string[] = []
  const onLine = (line: string, stream: string): void => void lines.push(`${stream}: ${line}`)
  expect(await run({ ...command, file: '/run/bin/nix', args: ['build', '.'], onLine })).toMatchObject({ exitCode: 0, stdout: 'long\n' })
  expect(await run({ ...command, file: 'nix', args: ['bundle'] })).toMatchObject({ stdout: 'short' })
  expect(lines).toEqual(['stdout: long'])
  expect(argv()).toEqual([
    ['/run/bin/nix', 'build', '.'],
    ['nix', 'bundle'],
  ])
})

test('a command that is not in the table rejects, naming it, and is recorded', async () => {
  const { run, commands } = fakeRun({ git: {} })
  await expect(run({ ...command, file: 'rm', args: ['-rf', 'x'] })).rejects.toThrow('rm -rf x')
  expect(commands).toHaveLength(1)
})

test('answers with a function of the command, and respects its signal', async () => {
  const { run } = fakeRun({ echo: ({ args }) => ({ stdout: args.join(' '), exitCode: 3 }) })
  expect(await run({ ...command, file: 'echo', args: ['a', 'b'] })).toMatchObject({ stdout: 'a b', exitCode: 3 })
  const signal = AbortSignal.abort(new Error('enough'))
  await expect(run({ ...command, file: 'echo', args: [], signal })).rejects.toThrow('enough')
})
