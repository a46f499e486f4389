/** The examples of the repository, as apps. */
import { readdirSync } from 'node:fs'
import { cp, mkdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TestContext } from 'vitest'
import { createCommandLine, type CommandLine, type CommandOptions } from './command-line.ts'
import type { ExampleCheck } from './example-check.ts'

export const examples = fileURLToPath(new URL('../../examples', import.meta.url))
const goldenFiles = ['plan.json', 'artifact.json', 'check.json']

export function exampleNames(): readonly string[] {
  return readdirSync(examples, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && readdirSync(join(examples, entry.name)).includes('check.json'))
    .map((entry) => entry.name)
}

/** Its own files are part of no app: what the example says is all that is deployed. */
export async function copyExample(name: string, machine: Pick<CommandLine, 'directory'>): Promise<string> {
  const source = join(machine.directory, 'sources', name)
  await mkdir(source, { recursive: true })
  const isSource = (path: string): boolean => !goldenFiles.includes(basename(path)) && !/^(node_modules|dist|\.venv)$/.test(basename(path))
  await cp(join(examples, name), source, { recursive: true, filter: isSource })
  return source
}

/** A machine with the host's own providers that the example asks for, ended with the test. */
export async function exampleMachine(
  context: TestContext,
  { providers }: Pick<ExampleCheck, 'providers'>,
  options: CommandOptions = {},
): Promise<CommandLine> {
  const machine = await createCommandLine({ options })
  for (const name of providers) await cp(join(examples, 'host-providers', name), join(machine.home, 'providers', name))
  context.onTestFinished(() => machine.dispose(), 120_000)
  return machine
}
