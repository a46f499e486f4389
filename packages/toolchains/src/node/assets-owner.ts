/** Whether a package.json belongs to an app of another language, which has it built. */
import type { ToolchainContext, Verdict } from '@hop3/core'
import { acceptPhp } from '../php/accept.ts'
import { acceptPython } from '../python/accept.ts'
import { acceptRuby } from '../ruby/accept.ts'
import { pythonStart } from '../site/app-beside.ts'
import type { NodeApp } from './package-json.ts'
import { hasOwnStart } from './scripts.ts'

type Accept = (context: ToolchainContext) => Promise<Verdict>

/** Each by the names without which it is not worth asking. */
const owners: readonly { readonly name: string; readonly files: RegExp; readonly accept: Accept }[] = [
  { name: 'Ruby', files: /^(?:Gemfile|gems\.rb|config\.ru)$/, accept: acceptRuby },
  { name: 'PHP', files: /^(?:composer\.json|index\.php|public|web)$/, accept: acceptPhp },
  { name: 'Elixir', files: /^mix\.exs$/, accept: async () => ({ accepted: true, reason: 'mix.exs is a project of Mix' }) },
  { name: 'Python', files: /^(?:requirements\.txt|pyproject\.toml|Pipfile|manage\.py|.*\.py)$/, accept: acceptStartedPython },
]

/** Why it is none of Node's; undefined for an app of its own, and beside one: a start script makes two apps, and its author decides. */
export async function assetsOwner(app: NodeApp, context: ToolchainContext): Promise<string | undefined> {
  if (context.named || context.root !== '' || hasOwnStart(app)) return undefined
  for (const { name, files, accept } of owners) {
    if (!app.names.some((one) => files.test(one))) continue
    const verdict = await accept(context)
    if (verdict.accepted) return `package.json builds assets of the ${name} app: ${verdict.reason}`
  }
  return undefined
}

/** Scripts that only help are in many a repository. */
async function acceptStartedPython(context: ToolchainContext): Promise<Verdict> {
  const { source } = context
  const starts = await pythonStart({ source, names: await source.list() })
  return starts === undefined ? { accepted: false, reason: 'nothing that Python starts' } : acceptPython(context)
}
