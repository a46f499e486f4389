import type { ToolchainContext, Verdict } from '@hop3/core'
import type { ClojureRequest } from './build.ts'
import { depsStart } from './deps.ts'
import { readDepsFile } from './deps-file.ts'
import { leinStart } from './lein.ts'
import { readLeinProject } from './lein-project.ts'

/** Accepts a project of Leiningen or the Clojure CLI that starts something; a library, or ClojureScript alone, is none of ours. */
export async function acceptClojure({ source, appName, named }: ToolchainContext): Promise<Verdict> {
  const names = await source.list()
  const manifest = ['project.clj', 'deps.edn'].find((name) => names.includes(name))
  if (named) return { accepted: true, reason: 'the configuration names it', evidence: manifest === undefined ? [] : [manifest] }
  if (manifest === undefined) return { accepted: false, reason: 'no project.clj or deps.edn' }
  const says = await startOf({ source, names, appName, options: {} })
  if (says === undefined)
    return { accepted: false, reason: `${manifest}, but nothing that starts: no :main, no alias that runs, no -main`, evidence: [manifest] }
  return { accepted: true, reason: says === '' ? `${manifest} builds it` : `${says} says what starts`, evidence: [manifest] }
}

/** Undefined for a library; empty where the app has to say more, which is for the plan to tell. */
async function startOf(request: ClojureRequest): Promise<string | undefined> {
  try {
    const lein = await readLeinProject(request.source)
    if (lein !== undefined) return (await leinStart(request, lein))?.decision.origin
    const deps = await readDepsFile(request.source)
    return deps && (await depsStart(request, deps))?.decisions[0]?.origin
  } catch {
    return ''
  }
}
