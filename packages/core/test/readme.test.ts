import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { expect, test } from 'vitest'
import * as core from '../src/index.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

test("the README's example prints what it says", () => {
  const code = /```ts\n([^]*?)```/.exec(readme)?.[1] ?? ''
  const [, expected] = /console\.log\(.*\) \/\/ (.*)/.exec(code) ?? []
  const printed: unknown[] = []
  const body = stripTypeScriptTypes(code)
    .replace(/^import .*$/gm, '')
    .replace('console.log(', 'log(')
  // eslint-disable-next-line typescript/no-implied-eval -- the README is ours, and running it is the point
  const example = new Function(...Object.keys(core), 'log', `return (async () => {${body}})()`)
  return Promise.resolve(example(...Object.values(core), (value: unknown) => printed.push(value))).then(() =>
    expect(printed).toEqual([JSON.parse((expected ?? '').replaceAll("'", '"'))]),
  )
})

test('the README names only what there is', () => {
  const [, table = ''] = readme.split('## What is here')
  const names = [...table.matchAll(/`([a-z]\w+)`/g)].map((match) => match[1] ?? '')
  const notFunctions = ['code', 'message', 'hint', 'details', 'class']
  expect(names.filter((name) => !notFunctions.includes(name) && !(name in core))).toEqual([])
})
