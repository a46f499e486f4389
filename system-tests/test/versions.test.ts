/** An app runs with the version it asks for, whatever the host has. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { writeAll } from '../src/apps.ts'
import { createCommandLine, type CommandLine } from '../src/command-line.ts'

const timeout = 300_000
/** On no machine that runs these tests is this one on PATH. */
const wanted = '22.12.0'

let machine: CommandLine
beforeEach(async () => {
  machine = await createCommandLine()
})
afterEach(() => machine.dispose(), 120_000)

it('Node of .nvmrc builds the app, serves it and runs what is executed in it', { timeout }, async () => {
  const source = join(machine.directory, 'sources/shop')
  await writeAll(source, {
    '.nvmrc': `v${wanted}\n`,
    'package.json': JSON.stringify({ name: 'shop', scripts: { build: 'node --version > built.txt', start: 'node server.js' } }),
    'server.js': `const built = require('node:fs').readFileSync('built.txt', 'utf8').trim()
require('node:http').createServer((_, response) => response.end(built + ' ' + process.version)).listen(process.env.PORT, '127.0.0.1')
`,
  })
  const first = await machine.hop3(['deploy', source, '--json'])
  expect(first).toMatchObject({ exitCode: 0, result: { changed: true } })
  const page = await fetch(`http://127.0.0.1:${Number(first.result['port'])}/`)
  expect(await page.text()).toBe(`v${wanted} v${wanted}`)
  expect((await machine.hop3(['exec', 'shop', '--', 'node', '--version'])).stdout).toBe(`v${wanted}\n`)
  expect((await machine.hop3(['deploy', source, '--json'])).result).toMatchObject({ changed: false })

  // Nothing of Hop3 deletes it; whoever does has it back with the next deploy.
  await rm(join(machine.home, 'tools', `node-${wanted}-${process.arch}`), { recursive: true })
  const again = await machine.hop3(['deploy', source, '--json'])
  expect(again).toMatchObject({ exitCode: 0, result: { changed: true } })
  expect(again.events.map((event) => event['text'])).toContainEqual(expect.stringContaining(`Installing node ${wanted}`))
})
