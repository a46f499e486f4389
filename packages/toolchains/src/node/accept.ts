import type { ToolchainContext, Verdict } from '@hop3/core'
import { tableAt, textAt } from '../value-at.ts'
import { readNodeApp } from './package-json.ts'

const entryFiles = ['server.js', 'server.mjs', 'index.js', 'index.mjs', 'app.js', 'main.js']

/** Accepts a package.json that gives something to do; one that only holds the settings of a formatter is none of ours. */
export async function acceptNode({ source, named }: ToolchainContext): Promise<Verdict> {
  const app = await readNodeApp(source)
  if (app === undefined) {
    return named ? { accepted: true, reason: 'the configuration names it', evidence: [] } : { accepted: false, reason: 'no package.json' }
  }
  const script = ['start', 'build', 'docs:build'].find((name) => app.scripts[name] !== undefined)
  if (script !== undefined) return { accepted: true, reason: `package.json has a ${script} script`, evidence: [app.origin(script)] }
  const main = textAt(app.data, 'main')?.replace(/^\.\//, '')
  const entry = main !== undefined && (await source.hasFile(main)) ? main : entryFiles.find((name) => app.names.includes(name))
  if (entry !== undefined) return { accepted: true, reason: `package.json and ${entry}`, evidence: ['package.json', entry] }
  const hasDependencies = Object.keys(app.dependencies).length > Object.keys(tableAt(app.data, 'devDependencies') ?? {}).length
  if (hasDependencies || named) return { accepted: true, reason: 'package.json lists dependencies', evidence: ['package.json'] }
  return { accepted: false, reason: 'package.json has no start or build script, no main file and no dependencies but development ones' }
}
