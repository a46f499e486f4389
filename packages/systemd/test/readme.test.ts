import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import * as systemd from '../src/index.ts'
import { shop } from './shop.ts'

it('shows a program that prints the units and the file of variables', () => {
  const text = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8')
  const example = /```ts\n([^]*?)```/.exec(text)?.[1] ?? ''
  const [imported = '', ...program] = example.trimStart().split('\n')
  const names = /\{ (.*) \}/.exec(imported)?.[1]?.split(', ') ?? []
  expect(names.every((name) => name in systemd)).toBe(true)
  const printed: string[] = []
  const { artifact, context } = shop({}, { appEnv: { SECRET: 'x' } })
  // eslint-disable-next-line typescript/no-implied-eval -- the README is ours, and running it is the point
  const run = new Function(...names, 'artifact', 'context', 'console', stripTypeScriptTypes(program.join('\n')))
  const all: Readonly<Record<string, unknown>> = systemd
  run(...names.map((name) => all[name]), artifact, context, { log: (...words: readonly unknown[]) => printed.push(words.join(' ')) })
  expect(printed[0]).toMatch(/^hop3-shop\.web@1\.service \[Unit\]/)
  expect(printed.at(-1)).toBe('SECRET="x"\n')
})
