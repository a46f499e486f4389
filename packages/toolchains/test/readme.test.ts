import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { tempApp } from '@hop3/testing'
import { expect, test } from 'vitest'
import plugin from '../src/index.ts'

const readme = new URL('../README.md', import.meta.url)

test('the example in the README runs', async () => {
  const code = /```ts\n([^]*?)```/.exec(await readFile(readme, 'utf8'))?.[1] ?? ''
  const app = await tempApp({ 'requirements.txt': 'flask==3.1.0\n' })
  // The package's own names resolve from here only.
  const entry = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href)
  const resolved = code
    .replace("'@hop3/core'", entry('../../core/src/index.ts'))
    .replace("'@hop3/planner'", entry('../../planner/src/index.ts'))
    .replace("'@hop3/toolchains'", entry('../src/index.ts'))
  await writeFile(join(app, 'example.ts'), resolved)
  const example: { describeApp(path: string): Promise<string[]> } = await import(pathToFileURL(join(app, 'example.ts')).href)
  const verdicts = await example.describeApp(app)
  expect(verdicts).toHaveLength(plugin.toolchains?.length ?? 0)
  expect(verdicts.filter((line) => line.includes(': yes'))).toEqual(['python: yes, requirements.txt lists its dependencies'])
})

test('the README is short and has a row for every toolchain', async () => {
  const text = await readFile(readme, 'utf8')
  expect(text.split('\n').length).toBeLessThanOrEqual(61)
  for (const { name } of plugin.toolchains ?? []) expect(text).toContain(`\n| ${name} |`)
})
