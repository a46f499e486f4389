import { mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempHome } from './temp-home.ts'

const listen = { address: '127.0.0.1', port: 8081 }

test('where the apps of a home answer is kept, and written once', async () => {
  const home = await tempHome()
  expect(await home.readListen()).toBeUndefined()
  await home.keepListen(listen)
  expect(await home.readListen()).toEqual(listen)
  const written = await stat(join(home.path, 'listen.json'))
  await home.keepListen(listen)
  expect((await stat(join(home.path, 'listen.json'))).ino).toBe(written.ino)
  await home.keepListen({ ...listen, port: 8082 })
  expect((await home.readListen())?.port).toBe(8082)
  expect(await readdir(home.path)).toEqual(['listen.json'])
})

test.each([
  '',
  'x',
  '[]',
  '{"address":"127.0.0.1"}',
  '{"address":"","port":1}',
  '{"address":"x","port":70000}',
  '{"address":"x","port":1.5}',
])('a damaged file is refused until the address is said again: %s', async (text) => {
  const home = await tempHome()
  await mkdir(home.path, { recursive: true })
  await writeFile(join(home.path, 'listen.json'), text)
  await expect(home.readListen()).rejects.toMatchObject({
    code: 'environment.listen-damaged',
    message: expect.stringContaining(join(home.path, 'listen.json')),
    hint: expect.stringContaining('HOP3_LISTEN='),
  })
  await home.keepListen(listen)
  expect(await home.readListen()).toEqual(listen)
})
