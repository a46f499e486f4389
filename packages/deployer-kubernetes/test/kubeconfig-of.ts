/** A user of a cluster who acts as another: whose rights are those of a test alone. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { tempApp } from '@hop3/testing'
import { parse, stringify } from 'yaml'

/** A copy of it, in which every user is also this one. */
export async function kubeconfigOf(path: string, more: object): Promise<string> {
  const config = parse(await readFile(path, 'utf8'))
  const name = config.contexts[0].context.user ?? 'somebody'
  config.contexts[0].context.user = name
  config.users = [{ name, user: { ...config.users?.[0]?.user, ...more } }]
  const copy = join(await tempApp(), 'kubeconfig')
  await writeFile(copy, stringify(config), { mode: 0o600 })
  return copy
}
