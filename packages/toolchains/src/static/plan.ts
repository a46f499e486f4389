import { hop3Error, visible } from '@hop3/core'
import type { ToolchainContext, ToolchainPlan } from '@hop3/core'
import { isInside } from '../inside.ts'
import { readOptions } from '../read-options.ts'
import { staticOptions } from './options.ts'
import { findRoot, siteDirectory } from './root.ts'

/** Nothing is built. Throws `config.static.root` when the directory to publish is not there or not inside the app. */
export async function planStatic(context: ToolchainContext): Promise<ToolchainPlan> {
  const { source } = context
  const options = await readOptions(context, 'static', staticOptions)
  const found = await findRoot(source, await source.list())
  const directory = options.root === undefined ? (found?.directory ?? '.') : siteDirectory(options.root)
  const origin = options.root === undefined ? (found?.origin ?? 'default') : 'hop3.toml [build.static] root'
  if (!isInside(directory) || (directory !== '.' && !(await source.hasDirectory(directory)))) throw noRoot(origin, directory)
  const spa = options.spa ?? found?.spa ?? false
  return {
    kind: 'static',
    phases: {},
    processes: { static: directory },
    versions: {},
    // What tells Hop3 how to deploy is not a page; it would be one if the root is published.
    ...(directory === '.' && { exclude: ['/hop3.toml', '/hop3', '/Procfile', '/Staticfile'] }),
    runtime: { spa },
    decisions: [{ key: 'processes.static', value: directory, origin }],
    warnings:
      found === undefined && options.root === undefined
        ? ['There is no index.html to publish: a request for / will be answered with 404.']
        : [],
  }
}

function noRoot(origin: string, directory: string): Error {
  return hop3Error('config.static.root', `${origin} names ${visible(directory)}, which is not a directory of the app.`, {
    hint: 'Name a directory inside the app, for example root = "public".',
    details: { directory: visible(directory), origin },
  })
}
