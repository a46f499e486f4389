/** Runs a row of wrong input against a home in which an app serves, and checks what came of it. */
import { chmod, mkdtemp, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { writeAll } from './apps.ts'
import type { CommandLine, Finished } from './command-line.ts'
import { oldApp, treeOf, type Scene, type WrongInput } from './wrong-input.ts'

export interface Stage {
  readonly machine: CommandLine
  /** Where sources are written. */
  readonly sources: string
  /** Of the app that serves. */
  readonly port: number
}

export async function prepareStage(machine: CommandLine, sources = machine.directory): Promise<Stage> {
  const { exitCode, result } = await deployOldApp({ machine, sources })
  expect({ exitCode, result }).toMatchObject({ exitCode: 0, result: { changed: true } })
  return { machine, sources, port: Number(result['port']) }
}

export async function deployOldApp({ machine, sources }: Pick<Stage, 'machine' | 'sources'>): Promise<Finished> {
  const source = join(sources, oldApp.name)
  await writeAll(source, oldApp.files)
  return machine.hop3(['deploy', source, '--json'])
}

export async function expectRefusal(stage: Stage, row: WrongInput): Promise<void> {
  const { machine } = stage
  const scene = await sceneOf(stage, row)
  const restore = (await row.prepare?.(scene)) ?? (async () => {})
  try {
    const before = await treeOf(machine.home)
    // An empty tree would be unchanged, too.
    expect(Object.keys(before)).toContain(`apps/${oldApp.name}/current`)
    const words = row.words?.(scene) ?? ['deploy', scene.source, '--app', oldApp.name]
    const { exitCode, result, stderr } = await machine.hop3([...words, ...(row.more ?? []), '--json'], await row.options?.(scene))
    expect({ exitCode, stderr, ...result }).toMatchObject({ exitCode: row.exitCode, stderr: '', code: row.code })
    for (const part of row.message) expect(result['message']).toMatch(part)
    expect(result['hint']).toMatch(row.hint)
    expect(await treeOf(machine.home)).toEqual(before)
    expect(await (await fetch(`http://127.0.0.1:${stage.port}/`)).text()).toBe(oldApp.answer)
  } finally {
    await restore()
  }
}

async function sceneOf({ machine, sources }: Stage, { files = oldApp.files }: WrongInput): Promise<Scene> {
  const directory = await mkdtemp(join(sources, 'scene-'))
  // The command may run as somebody else.
  await chmod(directory, 0o755)
  const source = join(directory, 'source')
  await writeAll(source, files)
  const root = join(machine.home, 'apps', oldApp.name)
  return { machine, source, root, release: await realpath(join(root, 'current')) }
}
