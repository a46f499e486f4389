import { hop3Error } from '@hop3/core'
import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { chooseAppName } from '../app-name.ts'
import type { CommandResult } from '../command-spec.ts'
import { firstConfig } from '../first-config.ts'
import type { Invocation } from '../invocation.ts'

export async function run({ options, operands, terminal }: Invocation): Promise<CommandResult> {
  const sourcePath = resolve(terminal.cwd, operands[0] ?? '.')
  const name = chooseAppName(options.text('app'), undefined, sourcePath)
  const path = join(sourcePath, 'hop3.toml')
  await writeFile(path, firstConfig(name), { flag: 'wx' }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'EEXIST')
      throw hop3Error('usage.exists', `${path} is there already.`, { hint: '`hop3 plan` shows what it leads to.', cause })
    if (cause.code === 'ENOENT')
      throw hop3Error('usage.no-directory', `${sourcePath} is not there.`, {
        hint: "Name the directory that holds the app's source.",
        cause,
      })
    throw cause
  })
  return { value: { app: name, path }, text: `Wrote ${path}. \`hop3 plan\` shows what would happen, \`hop3 deploy\` does it.` }
}
