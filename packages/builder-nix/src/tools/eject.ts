/** Writes a template's expression into the source, where it is the author's from then on. */
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { hop3Error, writeNewFile, type BuildContext } from '@hop3/core'
import { createSession } from '../session.ts'
import { readSource } from '../source.ts'
import { templateFiles } from '../templates/template-files.ts'
import type { TemplateName } from '../templates/template-names.ts'
import { templates } from '../templates/templates.ts'

export interface Ejected {
  readonly template: TemplateName
  readonly version: number
  /** Relative to the source. */
  readonly files: readonly string[]
  readonly directory: string
}

/**
 * It builds to the same store path as before. Writes all files or none, and overwrites nothing. Throws `usage.exists`, `config.nix-template`,
 * `config.invalid` and `build.nix-lock`.
 */
export async function ejectTemplate(context: BuildContext): Promise<Ejected> {
  const session = await createSession(context)
  const { template, root: directory } = session
  if (session.hasFile) throw exists(session.file)
  if (template === undefined) {
    throw hop3Error(
      'config.nix-template',
      `${context.appName} uses no template: [nix] of its hop3.toml names none, and none fits the app.`,
      {
        hint: `Name one: \`template = "${Object.keys(templates)[0]}"\`.`,
      },
    )
  }
  const { entries } = await readSource(session)
  const files = Object.entries(await templateFiles(session, template, { path: directory, entries }))
  for (const [file] of files) if (existsSync(join(directory, file))) throw exists(file)
  const written: string[] = []
  try {
    for (const [file, text] of files) {
      await writeNewFile(join(directory, file), text)
      written.push(file)
    }
  } catch (error) {
    await Promise.all(written.map((file) => rm(join(directory, file), { force: true })))
    throw error
  }
  return { template, version: templates[template].version, files: written, directory }
}

function exists(file: string): Error {
  return hop3Error('usage.exists', `There is a ${file} already; it was left alone.`, {
    hint: `Move it away first: \`mv ${file} ${file}.old\`.`,
  })
}
