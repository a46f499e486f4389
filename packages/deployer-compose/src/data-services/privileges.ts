/** What services ask for beyond a container of their own, and the operator's word for it. */
import { createHash } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hop3Error, printable, writeFileAtomic, type DeploymentContext } from '@hop3/core'
import { layoutOf } from '../layout.ts'

export interface Privilege {
  /** With its place in the file: `compose.yaml:7:9: /etc of the host in db`. */
  readonly sentence: string
  /** The whole of it, wherever it stands: who asks, for which key, and the value. */
  readonly what: readonly unknown[]
}

/** What an operator has allowed once stays allowed, until something else is asked for. Throws `deploy.compose.privileged`. */
export async function checkPrivileges(context: DeploymentContext, privileges: readonly Privilege[]): Promise<void> {
  if (privileges.length === 0) return
  const { root } = layoutOf(context.directories.home, context.appName)
  const path = join(root, 'privileged')
  const asked = createHash('sha256')
    .update(JSON.stringify(privileges.map(({ what }) => what)))
    .digest('hex')
  if ((await readFile(path, 'utf8').catch(() => '')) === asked) return
  if (context.allowPrivileged !== true) {
    const sentences = privileges.map(({ sentence }) => sentence)
    throw hop3Error(
      'deploy.compose.privileged',
      `${context.appName} asks for more than a container of its own:\n${sentences.map((line) => `  ${printable(line)}`).join('\n')}`,
      {
        hint: 'If you trust the app with this host, run the command again with --allow-privileged.',
        details: { privileged: sentences },
      },
    )
  }
  await mkdir(root, { recursive: true, mode: 0o700 })
  await writeFileAtomic(path, asked, { mode: 0o600 })
}
