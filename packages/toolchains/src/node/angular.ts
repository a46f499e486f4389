/** What angular.json says the build writes. */
import { withoutTrailingSlashes } from '@hop3/core'
import { tableAt, textAt, valueAt } from '../value-at.ts'
import type { NodeApp } from './package-json.ts'

export interface AngularProject {
  /** What browsers load. */
  readonly browser: string
  /** The program that renders pages for each request; undefined where there is none. */
  readonly server: string | undefined
}

/** Of the first application; undefined when there is no angular.json. */
export async function angularProject(app: NodeApp): Promise<AngularProject | undefined> {
  const workspace = app.names.includes('angular.json') ? await app.source.readJson('angular.json') : undefined
  if (workspace === undefined) return undefined
  const projects = Object.entries(tableAt(workspace, 'projects') ?? {})
  const [name, project] = projects.find(([, one]) => textAt(one, 'projectType') === 'application') ?? []
  const targets = tableAt(project, 'architect') ?? tableAt(project, 'targets')
  const options = tableAt(targets, 'build', 'options')
  const builder = textAt(targets, 'build', 'builder') ?? ''
  const ssr = valueAt(options, 'ssr')
  const isServed = ssr !== undefined && ssr !== false && textAt(options, 'outputMode') !== 'static'
  const base = textAt(options, 'outputPath') ?? textAt(options, 'outputPath', 'base') ?? `dist/${name ?? textAt(app.data, 'name') ?? ''}`
  const directory = withoutTrailingSlashes(base)
  return {
    // The application builders write what browsers load into a directory of its own.
    browser: builder.endsWith(':application')
      ? withoutTrailingSlashes(`${directory}/${textAt(options, 'outputPath', 'browser') ?? 'browser'}`)
      : directory,
    server: isServed ? `${directory}/${textAt(options, 'outputPath', 'server') ?? 'server'}/server.mjs` : undefined,
  }
}
