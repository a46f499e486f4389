import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { createCommandLine, type CommandLine } from './command-line.ts'

export interface MachineOfFile {
  readonly machine: CommandLine
  /** A directory for the sources that tests make. */
  readonly sources: string
}

/** One machine for the tests of a file, there while they run. What they deploy to it shares its caches. */
export function machineOfFile(): MachineOfFile {
  let made: MachineOfFile | undefined
  beforeAll(async () => {
    const machine = await createCommandLine()
    const sources = join(machine.directory, 'sources')
    await mkdir(sources)
    made = { machine, sources }
  })
  afterAll(() => made?.machine.dispose(), 120_000)
  const inTest = (): MachineOfFile => {
    if (made === undefined) throw new Error('The machine is there while tests run.')
    return made
  }
  return {
    get machine() {
      return inTest().machine
    },
    get sources() {
      return inTest().sources
    },
  }
}
