import { lstat, mkdir, readdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { tempApp } from './temp-home.ts'

test('values come back byte for byte, one private file each', async () => {
  const app = await tempApp()
  const values = { A: '', B: ' \n\t trailing \n', C: '"$(id)" `id` \\ %n é 🙂 \u{feff}', D: '\r\n\u0001\u007f', _e: '@(exec://id)' }
  await app.writeEnv(values)
  expect(await app.readEnv()).toEqual(values)
  expect(await readFile(join(app.directories.root, 'env', 'B'), 'utf8')).toBe(values.B)
  expect((await stat(join(app.directories.root, 'env', 'B'))).mode & 0o777).toBe(0o600)
  expect((await stat(join(app.directories.root, 'env'))).mode & 0o777).toBe(0o700)
})

test('any value is kept exactly or refused', { timeout: 30_000 }, async () => {
  const app = await tempApp()
  const codeUnits = fc.array(fc.integer({ min: 0, max: 0xff_ff }), { maxLength: 20 }).map((units) => String.fromCharCode(...units))
  const value = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), codeUnits)
  await fc.assert(
    fc.asyncProperty(value, async (one) => {
      const problem = await app.writeEnv({ VALUE: one }).catch((error: unknown) => error)
      const isRefused = one.includes('\0') || !one.isWellFormed()
      const found = isRefused ? problem : await app.readEnv()
      expect(found).toMatchObject(isRefused ? { code: 'config.env-value' } : { VALUE: one })
    }),
    { numRuns: 100 },
  )
})

test('changes keep the rest, and removing what is not set succeeds', async () => {
  const app = await tempApp()
  expect(await app.readEnv()).toEqual({})
  await app.writeEnv({ Z: '1', A: '2', M: '3' })
  await app.writeEnv({ M: undefined, A: 'new', NEVER: undefined })
  expect(Object.entries(await app.readEnv())).toEqual([
    ['A', 'new'],
    ['Z', '1'],
  ])
})

test('what was set before does not lie about', async () => {
  const app = await tempApp()
  for (const value of ['one', 'two', 'three']) await app.writeEnv({ SECRET: value })
  const directories = (await readdir(app.directories.root)).filter((name) => name.startsWith('.env-'))
  expect(directories).toEqual([await readlink(join(app.directories.root, 'env'))])
})

test.each([
  'PORT',
  'BIND_ADDRESS',
  'APP',
  'PROC_TYPE',
  'HOP3_SOCKET',
  'HOP3_',
  '1A',
  'A-B',
  'A B',
  'A=B',
  '',
  '../x',
  'A\n',
  'É',
  'A'.repeat(256),
])('the name %j is refused, and then nothing changes', async (name) => {
  const app = await tempApp()
  await app.writeEnv({ KEPT: 'kept' })
  await expect(app.writeEnv({ KEPT: 'changed', [name]: 'hunter2-secret' })).rejects.toMatchObject({
    code: 'config.env-name',
    message: expect.not.stringContaining('hunter2'),
  })
  expect(await app.readEnv()).toEqual({ KEPT: 'kept' })
})

test('a value longer than a process can be given is refused, without showing it', async () => {
  const app = await tempApp()
  const longest = 128 * 1024 - 'LONG'.length - 2
  await app.writeEnv({ LONG: 'x'.repeat(longest) })
  expect((await app.readEnv())['LONG']).toHaveLength(longest)
  await expect(app.writeEnv({ LONG: 'x'.repeat(longest + 1) })).rejects.toMatchObject({
    code: 'config.env-value',
    message: expect.not.stringContaining('xxx'),
  })
})

test('files put there by hand are read, checked, or passed over', async () => {
  const app = await tempApp()
  await app.writeEnv({ A: '1' })
  const env = join(app.directories.root, 'env')
  await writeFile(join(env, 'B'), 'by hand\n')
  await writeFile(join(env, 'B~'), 'a backup')
  expect(await app.readEnv()).toEqual({ A: '1', B: 'by hand\n' })
  await writeFile(join(env, 'PORT'), '80')
  await expect(app.readEnv()).rejects.toMatchObject({
    code: 'config.env-name',
    message: expect.stringContaining('PORT: PORT cannot be set'),
  })
  await app.writeEnv({ PORT: undefined })
  await writeFile(join(env, 'BYTES'), Buffer.from([0xff, 0xfe]))
  await expect(app.readEnv()).rejects.toMatchObject({ code: 'config.env-value' })
})

test('a damaged env is reported, and a directory can be adopted', async () => {
  const app = await tempApp()
  const env = join(app.directories.root, 'env')
  await mkdir(env)
  await expect(app.readEnv()).rejects.toMatchObject({ code: 'environment.env-damaged', hint: expect.stringContaining('mv env .env-0') })
  await rm(env, { recursive: true })
  await app.writeEnv({ A: '1' })
  await rm(join(app.directories.root, await readlink(env)), { recursive: true })
  expect((await lstat(env)).isSymbolicLink()).toBe(true)
  await expect(app.readEnv()).rejects.toMatchObject({ code: 'environment.env-damaged' })
  await expect(app.writeEnv({ A: '1' })).rejects.toMatchObject({ code: 'environment.env-damaged' })
})

test('a reader sees all of a change or nothing', async () => {
  const app = await tempApp()
  const set = (value: string): Record<string, string> => ({ A: value, B: value, C: value })
  await app.writeEnv(set('0'))
  const done = new AbortController()
  const reader = (async () => {
    while (!done.signal.aborted) expect(new Set(Object.values(await app.readEnv())).size).toBe(1)
  })()
  for (let count = 1; count <= 30; count++) await app.writeEnv(set(String(count)))
  done.abort()
  await reader
})
