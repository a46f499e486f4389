import { readFileSync } from 'node:fs'
import { silentLog } from '@hop3/core'
import { tempApp } from '@hop3/testing'
import { expect, test } from 'vitest'
import * as planner from '../src/index.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

test('the example does what the README says', async () => {
  const { orderPhases, planApp, readAppConfig, resolveRuntime } = planner
  const sourcePath = await tempApp({ Procfile: 'web: node server.js\n', 'hop3.toml': block('toml') })
  const scope = { silentLog, orderPhases, planApp, readAppConfig, resolveRuntime, sourcePath }
  const results: unknown = await run(block('ts'), scope)
  expect(results).toEqual([
    ['build'],
    { cmds: ['make assets'], dependsOn: [] },
    { web: 'node server.js' },
    [
      { key: 'processes.web', value: 'node server.js', origin: 'Procfile:1:1' },
      { key: 'phases.build', value: 'make assets', origin: 'hop3.toml:2:1' },
    ],
  ])
})

test('every function of the package is in the README, and the README is short', () => {
  for (const name of Object.keys(planner)) expect(readme).toContain(name)
  expect(readme.split('\n').length).toBeLessThanOrEqual(61)
})

function block(language: string): string {
  const [, rest = ''] = readme.split(`\`\`\`${language}\n`)
  return rest.split('\n```')[0] ?? ''
}

/** Runs the block without its imports; resolves to the values of the lines that are explained by a comment. */
async function run(code: string, scope: Readonly<Record<string, unknown>>): Promise<unknown> {
  const lines = code.split('\n').filter((line) => !line.startsWith('import '))
  const shown = lines.filter((line) => line.includes(' // ')).map((line) => line.split(' // ')[0])
  const body = lines.filter((line) => !line.includes(' // ')).join('\n')
  // eslint-disable-next-line typescript/no-implied-eval -- the README is ours, and running it is the point
  const example = new Function(...Object.keys(scope), `return (async () => { ${body}\nreturn [${shown.join(', ')}] })()`)
  return example(...Object.values(scope))
}
