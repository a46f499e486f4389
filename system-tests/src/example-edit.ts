/** What a person does all day: one source file changes, and the app is deployed again. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readArtifact } from '@hop3/core'
import { expect } from 'vitest'
import * as z from 'zod'
import type { CommandLine } from './command-line.ts'
import type { ExampleCheck } from './example-check.ts'

/** Of a native build the phases, of an image the steps of their stages: `[python-install 3/3] RUN …`. */
const isInstall = /(?:^|:)(?:setup|install)$|^\[(?:\S*-)?(?:setup|install) \d+\/\d+\] RUN /

export interface ExampleEdit {
  readonly name: string
  /** More words for `hop3 deploy`. */
  readonly options?: readonly string[]
  readonly machine: CommandLine
  readonly source: string
  readonly edit: NonNullable<ExampleCheck['edit']>
}

/** The app answers anew, and what was installed comes from the cache. */
export async function expectNoInstall({ name, machine, source, edit, options = [] }: ExampleEdit): Promise<void> {
  const file = join(source, edit.path)
  const text = await readFile(file, 'utf8')
  expect(text).toContain(edit.replace)
  await writeFile(file, text.replace(edit.replace, edit.with))
  const { exitCode, result } = await machine.hop3(['deploy', source, ...options, '--json'])
  expect({ exitCode, result }).toMatchObject({ exitCode: 0, result: { changed: true } })
  const { metadata } = await readArtifact(join(machine.home, 'apps', name, 'current', 'BUILD_ARTIFACT.json'))
  const outcomes = z.array(z.object({ phase: z.string(), outcome: z.string() })).parse(metadata['cache'])
  for (const one of outcomes.filter(({ phase }) => isInstall.test(phase))) expect(one).toMatchObject({ outcome: 'hit' })
  const answer = await fetch(`http://127.0.0.1:${Number(result['port'])}${edit.request}`)
  expect(await answer.text()).toContain(edit.answers)
}
