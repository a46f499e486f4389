import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { systemClock } from '@hop3/core'
import { createHome } from '@hop3/releases'
import { expect, test } from 'vitest'
import { tempDirectory } from './temp-home.ts'

test('the example of the README runs', async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')
  const directory = await tempDirectory()
  const example = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? ''
  const names = ['@hop3/core', '@hop3/releases'].map((name) => [name, import.meta.resolve(name)] as const)
  const runnable = names.reduce((text, [name, url]) => text.replace(`'${name}'`, `'${url}'`), example).replace('/var/lib/hop3', directory)
  await writeFile(join(directory, 'example.ts'), runnable)
  await import(pathToFileURL(join(directory, 'example.ts')).href)

  const app = createHome({ path: directory, clock: systemClock }).app('blog')
  expect(await app.readEnv()).toEqual({ DATABASE_URL: 'postgres:///blog' })
  expect(await app.releases()).toMatchObject([{ id: 'r000001-1f3a9c2e', committed: false }])
})
