import { isAbsolute, relative } from 'node:path'
import { hop3Error, visible } from '@hop3/core'
import type { SourceView } from '@hop3/core'
import { saidAt } from '../source/said-at.ts'

export interface AskedFile {
  /** Relative to the app, or absolute. */
  readonly path: string
  /** `--config`, `--env HOP3_CONFIG_FILE`. */
  readonly origin: string
}

/**
 * The plan file of an app: the one asked for, else `nixpacks.toml` or `nixpacks.json`. Throws `config.plan-file` for one that is not there
 * or of no known type, `config.conflict` where both stand, and `config.path-outside`.
 */
export async function findPlanFile(source: SourceView, sourcePath: string, asked: AskedFile | undefined): Promise<string | undefined> {
  if (asked !== undefined) return checkAsked(source, sourcePath, asked)
  const [toml, json] = ['nixpacks.toml', 'nixpacks.json'] as const
  const hasJson = await isThere(source, json)
  if (!(await isThere(source, toml))) return hasJson ? json : undefined
  if (!hasJson) return toml
  throw hop3Error('config.conflict', `There are both ${toml} and ${json}, and each is the whole plan.`, {
    hint: `Remove one of them, or say which to read: --config ${toml}`,
    details: { origins: [toml, json] },
  })
}

/** Throws `config.unreadable` when something else than a file has the name: its author believes that it is read. */
async function isThere(source: SourceView, path: string): Promise<boolean> {
  return (await source.readText(path)) !== undefined
}

async function checkAsked(source: SourceView, sourcePath: string, { path: written, origin }: AskedFile): Promise<string> {
  const path = isAbsolute(written) ? relative(sourcePath, written) : written
  if (!/\.(?:toml|json)$/.test(path)) {
    throw hop3Error('config.plan-file', `${origin}: ${visible(written)} is neither a .toml nor a .json file.`, {
      hint: 'A plan file is written as nixpacks.toml or nixpacks.json are, whatever the rest of its name.',
      details: { origin, path: visible(written) },
    })
  }
  if (await saidAt(origin, () => source.hasFile(path))) return path
  throw hop3Error('config.plan-file', `${origin}: the app has no file ${visible(written)}.`, {
    hint: "Name a file inside the app, relative to the app's directory.",
    details: { origin, path: visible(written) },
  })
}
