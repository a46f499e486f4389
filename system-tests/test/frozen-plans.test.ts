import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { writeAll } from '../src/apps.ts'
import { readExampleCheck } from '../src/example-check.ts'
import { copyExample, exampleMachine, exampleNames, examples } from '../src/example-source.ts'

const timeout = 120_000
/** As far from the usual as this machine can be: another zone, another sorting, another decimal point. */
const elsewhere = { TZ: 'Pacific/Chatham', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' }

describe.concurrent.each(exampleNames())('the plan of %s', (name) => {
  const check = readExampleCheck(join(examples, name, 'check.json'))

  it('is the same bytes in another place, time zone and locale', { timeout }, async (context) => {
    const [here, there] = [await exampleMachine(context, check), await exampleMachine(context, check)]
    const words = async (machine: typeof here) => ['plan', await copyExample(name, machine), '--format', 'json']
    const one = await here.hop3(await words(here), { env: { TZ: 'UTC', LC_ALL: 'C' } })
    const other = await there.hop3(await words(there), { env: elsewhere })
    expect(one).toMatchObject({ exitCode: 0 })
    expect(other.stdout).toBe(one.stdout)
  })

  it.for(['toml', 'json'])('frozen as %s is planned into the same bytes', { timeout }, async (format, context) => {
    const machine = await exampleMachine(context, check)
    const source = await copyExample(name, machine)
    const frozen = (await machine.hop3(['freeze', source, '--format', 'json'])).stdout
    const { exitCode, stdout } = await machine.hop3(['freeze', source, '--format', format])
    expect(exitCode).toBe(0)
    await writeFile(join(source, `frozen.${format}`), stdout)
    const again = await machine.hop3(['plan', source, '--config', `frozen.${format}`, '--format', 'json'])
    expect(again).toMatchObject({ exitCode: 0, stdout: frozen })
    expect((await machine.hop3(['freeze', source, '--config', `frozen.${format}`, '--format', format])).stdout).toBe(stdout)
  })
})

it('a deploy says in one line what has changed in the plan, and plan --diff shows it', { timeout }, async (context) => {
  const machine = await exampleMachine(context, { providers: [] })
  const source = join(machine.directory, 'sources/site')
  await writeAll(source, { 'index.html': '<h1>Hello</h1>', 'hop3.toml': '[build]\nbuild = "true"\n' })
  const first = await machine.hop3(['deploy', source])
  expect(first).toMatchObject({ exitCode: 0 })
  expect(first.stderr).not.toContain('The plan is not that of')
  expect((await machine.hop3(['plan', source, '--diff'])).stdout).toMatch(/^The plan is that of r000001-/)

  await writeFile(join(source, 'hop3.toml'), '# A line more.\n[build]\nbuild = "echo changed"\n')
  const { stdout } = await machine.hop3(['plan', source, '--diff'])
  expect(stdout).toMatch(/phases\.build\.cmds\n {2}- \[true\]\n {2}\+ \[echo changed\]/)
  const { stderr } = await machine.hop3(['deploy', source])
  expect(stderr).toMatch(/The plan is not that of r000001-\w+: phases\.build\.cmds is different \(hop3\.toml:3:1\)\./)

  await appendFile(join(source, 'index.html'), '<p>more</p>')
  expect((await machine.hop3(['deploy', source])).stderr).not.toContain('The plan is not that of')
  expect(await readFile(join(source, 'hop3.toml'), 'utf8')).toContain('changed')
})
