import { joinPaths, visible } from '@hop3/core'
import type { ToolchainContext, Verdict } from '@hop3/core'
import { procfileStart } from '../procfile.ts'
import { siteInstead } from '../site/instead.ts'
import { tableAt, textAt, valueAt } from '../value-at.ts'
import { assetsOwner } from './assets-owner.ts'
import { frameworks } from './framework.ts'
import { dependsOn, readNodeApp } from './package-json.ts'
import type { NodeApp } from './package-json.ts'
import { libraryKey } from './library.ts'
import { entryFiles } from './runtime.ts'
import { runByBun } from './run-by-bun.ts'

/** Accepts what `acceptPackage` does, unless Bun runs it. */
export async function acceptNode(context: ToolchainContext): Promise<Verdict> {
  const app = await readNodeApp(context.source, context.root)
  const bun = app === undefined || context.named ? undefined : await runByBun(app)
  const manifest = joinPaths(context.root, 'package.json')
  if (bun === undefined && app !== undefined && !context.named) {
    const site = await generatorOf(app)
    if (site !== undefined) return { accepted: false, reason: `package.json, but nothing that Node starts: ${site}`, evidence: [manifest] }
    const owner = await assetsOwner(app, context)
    if (owner !== undefined) return { accepted: false, reason: owner, evidence: [manifest] }
    // Whoever starts it needs what it depends on.
    const isStarted = (await procfileStart(app.source, app.names)) !== undefined
    const library = isStarted ? undefined : await libraryKey(app)
    if (library !== undefined)
      return {
        accepted: false,
        reason: `package.json is a library's: it has ${library}, and nothing that starts${commandOf(app)}`,
        evidence: [manifest],
      }
  }
  if (bun === undefined) return acceptPackage(context)
  return { accepted: false, reason: `Bun runs it: ${bun.reason} (${bun.origin})`, evidence: [bun.origin] }
}

/** Of a program that others install: one of its commands may well be a server. */
function commandOf({ data, name }: NodeApp): string {
  const bin = valueAt(data, 'bin')
  const path = typeof bin === 'string' ? bin : Object.values(tableAt(bin) ?? {}).find((one) => typeof one === 'string')
  if (typeof path !== 'string' || !/^[\w@./-]+$/.test(path)) return ''
  return ` (its command ${visible(name ?? path)} is started by \`web: node ${path.replace(/^\.\//, '')}\` in Procfile)`
}

/** What makes a site of it: the package's build script is then the generator's, or comes before it. */
async function generatorOf(app: NodeApp): Promise<string | undefined> {
  return siteInstead(app, async ({ name }) => app.scripts['start'] !== undefined && !runs(app, name))
}

/** Whether one of the scripts names the program. */
function runs({ scripts }: NodeApp, program: string): boolean {
  return Object.values(scripts).some((script) => new RegExp(`\\b${program}\\b`).test(script))
}

/** Accepts an app that says it is Bun's. */
export async function acceptBun(context: ToolchainContext): Promise<Verdict> {
  const { source, root, named } = context
  const app = await readNodeApp(source, root)
  const bun = app === undefined ? undefined : await runByBun(app)
  const site = app === undefined || bun === undefined || named ? undefined : await generatorOf(app)
  const manifest = bun?.origin ?? joinPaths(root, 'package.json')
  if (site !== undefined) return { accepted: false, reason: `${manifest}, but nothing that Bun starts: ${site}`, evidence: [manifest] }
  const owner = app === undefined || bun === undefined ? undefined : await assetsOwner(app, context)
  if (owner !== undefined) return { accepted: false, reason: owner, evidence: [manifest] }
  if (bun !== undefined) return { accepted: true, reason: bun.reason, evidence: [bun.origin] }
  if (named) return { accepted: true, reason: 'the configuration names it', evidence: [] }
  return { accepted: false, reason: app === undefined ? 'no package.json' : 'package.json does not say that Bun runs it' }
}

/** Accepts a package.json that gives something to do; one that only holds the settings of a formatter is none of ours. */
export async function acceptPackage({ source, root, named }: ToolchainContext): Promise<Verdict> {
  const app = await readNodeApp(source, root)
  const path = (name: string): string => joinPaths(root, name)
  if (app === undefined) {
    if (named) return { accepted: true, reason: 'the configuration names it', evidence: [] }
    // A file system that folds case hides the mistake until the app is built on one that does not.
    const other = (await source.list(root === '' ? '.' : root)).find((name) => name.toLowerCase() === 'package.json')
    if (other === undefined) return { accepted: false, reason: 'no package.json' }
    return { accepted: false, reason: `no package.json: ${other} is another name`, evidence: [path(other)] }
  }
  const script = ['start', 'build', 'docs:build'].find((name) => app.scripts[name] !== undefined)
  if (script !== undefined) return { accepted: true, reason: `package.json has a ${script} script`, evidence: [app.origin(script)] }
  const main = textAt(app.data, 'main')?.replace(/^\.\//, '')
  const entry = main !== undefined && (await app.source.hasFile(main)) ? main : entryFiles.find((name) => app.names.includes(name))
  if (entry !== undefined) return { accepted: true, reason: `package.json and ${entry}`, evidence: [path('package.json'), path(entry)] }
  const generator = frameworks.find(({ dependency, buildCommand }) => buildCommand !== undefined && dependsOn(app, dependency))?.dependency
  if (generator !== undefined) return { accepted: true, reason: `package.json lists ${generator}`, evidence: [app.origin(generator)] }
  const hasDependencies = Object.keys(app.dependencies).length > Object.keys(tableAt(app.data, 'devDependencies') ?? {}).length
  if (hasDependencies || named) return { accepted: true, reason: 'package.json lists dependencies', evidence: [path('package.json')] }
  const reason = 'package.json has no start or build script, no main file and no dependencies but development ones'
  return { accepted: false, reason, evidence: [path('package.json')] }
}
