import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createCommandLine, type CommandLine } from '../src/command-line.ts'
import { deploy } from '../src/embedding.ts'
import { freePort } from '@hop3/testing'

const root = fileURLToPath(new URL('../..', import.meta.url))
const textOf = (path: string): Promise<string> => readFile(join(root, path), 'utf8')

let machine: CommandLine
beforeEach(async () => void (machine = await createCommandLine()))
afterEach(() => machine.dispose())

it("runs the README's commands, in their order", { timeout: 300_000 }, async () => {
  const source = join(machine.directory, 'flask')
  await cp(join(root, 'examples/flask'), source, { recursive: true })
  const [, section = ''] = (await textOf('README.md')).split('## From a directory to an address\n')
  const lines = [...(section.split('\n## ')[0] ?? '').matchAll(/^ {4}hop3 (.*?)(?: +# .*)?$/gm)].map((match) => (match[1] ?? '').split(' '))
  expect(lines.map(([command]) => command)).toEqual(['detect', 'plan', 'deploy', 'ps', 'env', 'scale', 'rollback', 'stop'])
  // A rollback needs a release to go back to.
  const change = async (): Promise<void> => {
    await writeFile(join(source, 'extra.py'), '')
    await machine.hop3(['deploy'], { cwd: source })
  }
  for (const words of lines) {
    if (words[0] === 'rollback') await change()
    expect({ words, ...(await machine.hop3(words, { cwd: source })) }).toMatchObject({ exitCode: 0 })
  }
})

it('has the program that deploys as it is run here', async () => {
  const program = (await textOf('system-tests/src/embedding.ts')).trimEnd()
  for (const page of ['README.md', 'docs/embedding.md']) expect(await textOf(page)).toContain(`\`\`\`ts\n${program}\n\`\`\``)

  const source = join(machine.directory, 'site')
  await mkdir(source)
  await writeFile(join(source, 'index.html'), 'from a program')
  const result = await deploy('shop', source, machine.home, await freePort())
  expect(result).toMatchObject({ app: 'shop', changed: true })
  expect(await (await fetch(`http://127.0.0.1:${result.port}/`)).text()).toBe('from a program')
  expect(await deploy('shop', source, machine.home, Number(new URL(result.url ?? '').port))).toEqual({ ...result, changed: false })
})
