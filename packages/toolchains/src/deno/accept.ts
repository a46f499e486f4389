import type { ToolchainContext, Verdict } from '@hop3/core'
import { textAt } from '../value-at.ts'
import { readOptions } from '../read-options.ts'
import { readDenoApp } from './deno-app.ts'
import type { DenoApp } from './deno-app.ts'
import { findEntry } from './entry.ts'
import { denoOptions } from './options.ts'
import { siteOf } from './site.ts'
import { isOfDeno, startOf } from './start.ts'

/**
 * Accepts a deno.json that gives something to start, and a program that only Deno can run where no manifest says otherwise. A deno.json of
 * settings alone, as Node packages have it for a linter, is none.
 */
export async function acceptDeno(context: ToolchainContext): Promise<Verdict> {
  const names = await context.source.list(context.root === '' ? '.' : context.root)
  if (!context.named && !names.some(isOfInterest)) return { accepted: false, reason: 'no deno.json, and no program that only Deno runs' }
  const app = await readDenoApp(context)
  const verdict = app.manifest === undefined ? await withoutManifest(app) : await withManifest(app, context)
  return context.named && !verdict.accepted ? { accepted: true, reason: 'the configuration names it', evidence: [] } : verdict
}

function isOfInterest(name: string): boolean {
  return /^(?:deno\.(?:jsonc?|lock)|package\.json|(?:main|server|mod|index|app)\.(?:tsx?|m?js)|src)$/.test(name)
}

async function withManifest(app: DenoApp, context: ToolchainContext): Promise<Verdict> {
  const { file = '' } = app.manifest ?? {}
  const other = isOfDeno(app, 'start')
    ? undefined
    : ['start', 'build'].find((name) => textAt(app.packageJson, 'scripts', name) !== undefined)
  if (other !== undefined)
    return { accepted: false, reason: `${file} has no task start, and package.json has a ${other} script of its own`, evidence: [file] }
  const options = await readOptions(context, 'deno', denoOptions)
  const site = siteOf(app, options)
  if (site !== undefined) return { accepted: true, reason: `${file} builds a site`, evidence: [site.origin] }
  const start = await startOf(app, options)
  if (start !== undefined) return { accepted: true, reason: `${file}, and ${start.origin} starts`, evidence: [file, start.origin] }
  return { accepted: false, reason: `${file} has no task start, and there is no main.ts or server.ts`, evidence: [file] }
}

async function withoutManifest(app: DenoApp): Promise<Verdict> {
  if (app.packageJson !== undefined) {
    return isOfDeno(app, 'start')
      ? { accepted: true, reason: 'the start script of package.json calls Deno', evidence: [app.tasks['start']?.origin ?? 'package.json'] }
      : { accepted: false, reason: 'no deno.json, and package.json does not start Deno' }
  }
  const entry = await findEntry(app)
  if (entry === undefined) return { accepted: false, reason: 'no deno.json, and no program that only Deno runs' }
  return { accepted: true, reason: `${entry.file} is a program for Deno`, evidence: [entry.origin] }
}
