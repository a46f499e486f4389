import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { tempApp } from '@hop3/testing'
import { expect, test } from 'vitest'

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
  expect(await example.describeApp(app)).toEqual([
    'python: yes, requirements.txt lists its dependencies',
    'node: no, no package.json',
    'static: no, no index.html, here or in public, dist, _site, build or site',
  ])
})

test('the README is short and names every option', async () => {
  const text = await readFile(readme, 'utf8')
  expect(text.split('\n').length).toBeLessThanOrEqual(61)
  const { parseNodeOptions, parsePythonOptions, parseStaticOptions } = await import('../src/options.ts')
  for (const parse of [parsePythonOptions, parseNodeOptions, parseStaticOptions]) {
    const known = hintOf(() => parse({ '?': 1 }))
      .replace(/^.*Known keys: |\.$/g, '')
      .split(', ')
    expect(known.length).toBeGreaterThan(1)
    for (const key of known) expect(text).toContain(`\`${key}\``)
  }
})

function hintOf(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    return typeof error === 'object' && error !== null && 'hint' in error ? String(error.hint) : ''
  }
  return ''
}
