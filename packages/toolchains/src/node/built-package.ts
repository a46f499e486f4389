/** What a package brings that was built elsewhere, as those from a registry were. */
import { matchesName, usablePatterns } from '@hop3/core'
import { tableAt, textAt, textsAt, valueAt } from '../value-at.ts'
import type { NodeApp } from './package-json.ts'
import { isPlain, isThere } from './script-inputs.ts'

/** The one command of a package, or the one called like it, with the file that is it. */
export async function ownCommand(app: NodeApp): Promise<{ readonly name: string; readonly file: string } | undefined> {
  const bin = valueAt(app.data, 'bin')
  const short = app.name?.replace(/^@[^/]*\//, '')
  const all = Object.keys(tableAt(bin) ?? {})
  const name = typeof bin === 'string' ? short : all.length === 1 ? all[0] : all.find((one) => one === short)
  const file = (typeof bin === 'string' ? bin : textAt(bin, name ?? ''))?.replace(/^\.\//, '')
  if (name === undefined || file === undefined || !isPlain(file) || !/^[\w@.-]+$/.test(name)) return undefined
  return (await app.source.hasFile(file)) ? { name, file } : undefined
}

/** Whether what a build makes is there already, and nobody works here. */
export async function isBuiltAlready(app: NodeApp): Promise<boolean> {
  if (isWorkedOn(app)) return false
  const main = textAt(app.data, 'main')?.replace(/^\.\//, '')
  const isMainThere = main !== undefined && isPlain(main) && (await isThere(app, main))
  return isMainThere || isPublished(app) || (await ownCommand(app)) !== undefined
}

/** No registry takes what is private, or gives out what Git keeps. */
function isWorkedOn({ data, names }: NodeApp): boolean {
  return valueAt(data, 'private') === true || names.some((name) => name.startsWith('.git'))
}

/** Whether `files` of package.json gives out all that lies here: nobody works in a directory without anything else. */
export function isPublished(app: NodeApp): boolean {
  const { data, names } = app
  if (isWorkedOn(app)) return false
  const bin = valueAt(data, 'bin')
  const programs = [
    textAt(data, 'main'),
    ...(typeof bin === 'string' ? [bin] : Object.keys(tableAt(bin) ?? {}).map((name) => textAt(bin, name))),
  ]
  const listed = usablePatterns(textsAt(data, 'files')).filter((pattern) => !pattern.startsWith('!'))
  const given = [...listed, ...programs].map((path) => path?.replace(/^(?:\.?\/)+/, '').split('/')[0] ?? '')
  if (listed.length === 0 || given.some((name) => name.startsWith('*'))) return false
  return names.every((name) => always.test(name) || added.test(name) || given.some((one) => matchesName(one, name)))
}

/** What npm puts into every package. */
const always = /^(?:package\.json|npm-shrinkwrap\.json|(?:readme|licen[cs]e|copying|notice|changelog|changes|history)(?:[.-].*)?)$/i
/** What whoever deploys a package adds to it. */
const added = /^(?:node_modules|(?:package-lock|app)\.json|pnpm-lock\.yaml|yarn\.lock|bun\.lockb?|Procfile|\.?hop3.*|\.env|\.npmrc)$/
