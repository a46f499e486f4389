import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { hop3Command } from '../../../scripts/hop3-command.ts'
import { runCommand } from './hop3-process.ts'

let root = ''
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'hop3-once-'))
  const plugin = join(root, 'plugins/node_modules/counting')
  await mkdir(plugin, { recursive: true })
  await mkdir(join(root, 'shop'))
  await writeFile(join(root, 'shop/counted'), '')
  await writeFile(join(root, 'plugins/package.json'), '{ "dependencies": { "counting": "1" } }')
  const manifest = { name: 'counting', version: '1.0.0', type: 'module', main: 'index.js', keywords: ['hop3-toolchain'] }
  await writeFile(join(plugin, 'package.json'), JSON.stringify(manifest))
  await writeFile(join(plugin, 'index.js'), counting(join(root, 'plans')))
})
afterEach(() => rm(root, { recursive: true }))

/** Writes a line for every plan it makes. */
const counting = (file: string): string => `
import { appendFileSync } from 'node:fs'
const create = ({ source }) => ({
  name: 'counting',
  accept: async () => ({ accepted: await source.hasFile('counted'), reason: 'counted' }),
  plan: async () => {
    appendFileSync(${JSON.stringify(file)}, 'planned\\n')
    return { kind: 'counting', phases: {}, processes: { web: './serve' }, versions: {}, runtime: {}, decisions: [], warnings: [] }
  },
})
export default { protocol: 1, toolchains: [{ name: 'counting', specificity: 'declared', create }] }
`

test.each([['detect'], ['freeze'], ['plan']])('hop3 %s plans once', async (command) => {
  const result = await runCommand(hop3Command(['--plugin-root', join(root, 'plugins'), command]), {
    cwd: join(root, 'shop'),
    env: { PATH: process.env['PATH'] ?? '', HOME: root, HOP3_HOME: join(root, 'home') },
  })
  expect(result).toMatchObject({ exitCode: 0, stderr: '' })
  expect(await readFile(join(root, 'plans'), 'utf8')).toBe('planned\n')
})

test.each(['detect', 'plan'])('hop3 %s says which plugin of a directory it was given is none, and why', async (command) => {
  await writeFile(join(root, 'plugins/node_modules/counting/index.js'), "throw new Error('lost its wheels')\n")
  await writeFile(join(root, 'shop/index.html'), '<h1>Shop</h1>\n')
  const result = await runCommand(hop3Command(['--plugin-root', join(root, 'plugins'), command]), {
    cwd: join(root, 'shop'),
    env: { PATH: process.env['PATH'] ?? '', HOME: root, HOP3_HOME: join(root, 'home') },
  })
  expect(result).toMatchObject({
    exitCode: 0,
    stderr: expect.stringMatching(/^.*The plugin counting is left out \(import\): lost its wheels\n$/),
  })
})
