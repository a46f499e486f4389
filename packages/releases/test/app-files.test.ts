import { appendFile, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { initialState, type AppHome, type HistoryEntry, type JournalRecord } from '@hop3/core'
import { describe, expect, test } from 'vitest'
import { lock, tempApp } from './temp-home.ts'

const file = (app: AppHome, name: string): string => join(app.directories.root, name)
const record = (step: JournalRecord['step']): JournalRecord => ({ time: '2026-01-02T03:04:05.000Z', operation: 'deploy', step })

describe('state.json', () => {
  test('comes back as it was written, for the owner alone', async () => {
    const app = await tempApp()
    const state = {
      ...initialState,
      stopped: true,
      deployer: 'uwsgi',
      generation: 3,
      scale: { web: 2, 'a.b': 0 },
      port: 20_001,
      url: 'http://x',
    }
    await app.writeState(state)
    expect(await app.readState()).toEqual(state)
    expect((await stat(file(app, 'state.json'))).mode & 0o777).toBe(0o600)
  })

  test.each([
    ['', 'it is empty.'],
    ['{\n  "schema": 1', 'it is not JSON from line 2 on.'],
    ['{\n  "schema": 1\n\n  "port": 1\n}', 'it is not JSON from line 4 on.'],
    ['{\n  "schema": 1,\n  "port": x,\n  "url": y\n}', 'it is not JSON from line 3 on.'],
    ['damaged', 'it is not JSON from line 1 on.'],
  ])('that is no JSON, as %j, has no field to mend', async (content, problem) => {
    const app = await tempApp()
    await writeFile(file(app, 'state.json'), content)
    const path = file(app, 'state.json')
    await expect(app.readState()).rejects.toMatchObject({
      code: 'environment.state-damaged',
      message: `${path} cannot be used: ${problem}`,
      hint: expect.stringMatching(/^Put a copy of it back, or set the file aside and deploy again .*: mv \/.*state\.json \/.*\.damaged$/),
    })
  })

  test.each([
    ['null', 'expected object'],
    [JSON.stringify({ ...initialState, port: 'x' }), 'port: '],
    [JSON.stringify({ ...initialState, scale: { web: -1 } }), 'scale.web: '],
    [JSON.stringify({ ...initialState, schema: 2 }), 'schema: '],
  ])('damaged as %j is reported with the field and what to do', async (content, problem) => {
    const app = await tempApp()
    await writeFile(file(app, 'state.json'), content)
    await expect(app.readState()).rejects.toMatchObject({
      code: 'environment.state-damaged',
      message: expect.stringContaining(problem),
      hint: expect.stringMatching(/^Mend that field, .*: mv \/.*\/state\.json \/.*\/state\.json\.damaged$/),
    })
  })
})

describe('generations', () => {
  test('only grow, whatever is lost', async () => {
    const app = await tempApp()
    expect([await app.nextGeneration(), await app.nextGeneration()]).toEqual([1, 2])
    await app.writeState({ ...initialState, generation: 7 })
    expect(await app.nextGeneration()).toBe(8)
    await app.record({ ...record('start'), generation: 12 })
    await writeFile(file(app, 'counters.json'), '')
    expect(await app.nextGeneration()).toBe(13)
    await writeFile(file(app, 'state.json'), 'damaged')
    await writeFile(file(app, 'journal.jsonl'), 'damaged\n')
    expect(await app.nextGeneration()).toBe(14)
  })
})

describe('journal.jsonl', () => {
  test('gives the records of an operation until it has ended', async () => {
    const app = await tempApp()
    expect(await app.openRecords()).toEqual([])
    await app.record({ ...record('begin'), makes: 'r000001-1f3a9c2e', release: 'r000001-1f3a9c2e', scale: { web: 2 } })
    await app.record(record('start'))
    expect(await app.openRecords()).toEqual([
      { ...record('begin'), makes: 'r000001-1f3a9c2e', release: 'r000001-1f3a9c2e', scale: { web: 2 } },
      record('start'),
    ])
    await app.record(record('end'))
    expect(await app.openRecords()).toEqual([])
  })

  test('stays small: a new operation drops the one that ended', async () => {
    const app = await tempApp()
    for (const step of ['begin', 'switch', 'end', 'begin'] as const) await app.record(record(step))
    expect(await readFile(file(app, 'journal.jsonl'), 'utf8')).toBe(`${JSON.stringify(record('begin'))}\n`)
  })

  test.each(['{"time":"2026', '\0\0\0\0', '{"time":"","operation":"deploy","step":"end"}'])(
    'passes over the torn last line %j',
    async (torn) => {
      const app = await tempApp()
      await app.record(record('begin'))
      await appendFile(file(app, 'journal.jsonl'), torn)
      expect(await app.openRecords()).toEqual([record('begin')])
      await app.record(record('start'))
      expect(await app.openRecords()).toEqual([record('begin'), record('start')])
    },
  )

  test('damaged elsewhere is reported with the line', async () => {
    const app = await tempApp()
    await app.record(record('begin'))
    await appendFile(file(app, 'journal.jsonl'), '{"step":"nonsense"}\n')
    await expect(app.openRecords()).rejects.toMatchObject({
      code: 'environment.journal-damaged',
      message: expect.stringContaining('journal.jsonl:2: '),
    })
  })
})

describe('deploys.jsonl', () => {
  const entry: HistoryEntry = {
    time: '2026-01-02T03:04:05.000Z',
    operation: 'deploy',
    release: 'r000001-1f3a9c2e',
    outcome: 'ok',
    milliseconds: 12,
  }

  test('remembers, oldest first, and passes over damage', async () => {
    const app = await tempApp()
    expect(await app.history()).toEqual([])
    await app.remember(entry)
    await appendFile(file(app, 'deploys.jsonl'), 'damaged\n')
    const failed: HistoryEntry = { ...entry, outcome: 'failed', error: { code: 'health.refused', message: 'no' } }
    await app.remember(failed)
    expect(await app.history()).toEqual([entry, failed])
  })

  test('drops the older half of a thousand', async () => {
    const app = await tempApp()
    await writeFile(file(app, 'deploys.jsonl'), `${JSON.stringify(entry)}\n`.repeat(1000))
    await app.remember({ ...entry, milliseconds: 99 })
    const history = await app.history()
    expect(history).toHaveLength(500)
    expect(history.at(-1)?.milliseconds).toBe(99)
  })
})

test('a home is blank until something of the app is made, set or kept in it', async () => {
  const blank = async (): Promise<AppHome> => {
    const app = await tempApp()
    await lock(app)
    expect(await app.isBlank()).toBe(true)
    return app
  }
  const changes: readonly ((app: AppHome) => Promise<unknown>)[] = [
    async (app) => app.reserve(await app.nextRelease('1f3a9c2e00000000')),
    (app) => app.writeEnv({ WORD: 'x' }),
    (app) => app.writeState(initialState),
    (app) => writeFile(join(app.directories.data, 'kept'), ''),
    (app) => app.record(record('begin')),
  ]
  for (const change of changes) {
    const app = await blank()
    await change(app)
    expect(await app.isBlank()).toBe(false)
  }
})
