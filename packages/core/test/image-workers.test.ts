import { commandWorkers, problemOfText, workerKind, writtenArgv } from '@hop3/core'
import { siteArtifact, tempApp } from '@hop3/testing'
import { expect, test } from 'vitest'

test('workers of an image are commands, of which one listens and some have their times', () => {
  expect(commandWorkers({ web: 'serve', wsgi: 'app:app', static: 'public', 'cron-1': '* * * * * x', clock: 'tick' })).toEqual({
    web: 'serve',
    'cron-1': '* * * * * x',
    clock: 'tick',
  })
  expect(['web', 'cron-1', 'clock', 'website'].map(workerKind)).toEqual(['web', 'cron', 'worker', 'worker'])
})

test('words of a command are those that were written as words', async () => {
  const artifact = await siteArtifact(await tempApp())
  const written = (argv: unknown) => writtenArgv({ ...artifact, metadata: { workers_argv: { web: argv } } }, 'web')
  expect(written(['/server', '$HOME', ''])).toEqual(['/server', '$HOME', ''])
  expect([written([]), written(['a', 1]), written('a'), writtenArgv(artifact, 'web')]).toEqual([undefined, undefined, undefined, undefined])
  expect(writtenArgv({ ...artifact, metadata: { workers_argv: {} } }, 'constructor')).toBeUndefined()
})

test('what no process can be given is said', () => {
  expect(problemOfText('a\0b', 4)).toContain('NUL')
  expect(problemOfText('\ud800', 4)).toContain('surrogate')
  expect(problemOfText('', 131_073)).toContain('131071 bytes')
  expect(problemOfText('é😀', 131_072)).toBeUndefined()
})
