import type { BuildContext } from '@hop3/core'
import { findTool, type FoundTool } from '../find-tool.ts'
import { toolVersions } from '../tool-versions.ts'
import { javaVersion } from './from-jvm.ts'
import type { HostTool, Wanted } from './means.ts'
import { isInRange } from './version-text.ts'
import { isChannel } from './wanted-versions.ts'

export interface HostQuestion {
  readonly context: Pick<BuildContext, 'env' | 'run' | 'signal' | 'cachePath'>
  /** Where version managers look for the app's choice. */
  readonly directory: string
}

/** The tool as PATH has it. `version` is empty for one that does not say it: a version manager's stand-in for nothing, say. */
export async function hostTool(wanted: Wanted, { context, directory }: HostQuestion): Promise<HostTool | undefined> {
  const found = findHostTool(wanted, context.env, directory)
  if (found === undefined) return undefined
  const java = wanted.name === 'java' ? await javaVersion(found.path) : undefined
  if (java !== undefined) return { file: found.file, version: java }
  const { env, run, signal, cachePath } = context
  const { versions } = await toolVersions({ tools: [found], cachePath, directory, env, run, signal })
  return { file: found.file, version: plainVersion(versions[found.name]) }
}

export function findHostTool({ programs }: Wanted, env: Readonly<Record<string, string>>, directory: string): FoundTool | undefined {
  for (const program of programs) {
    const found = findTool(program, env['PATH'] ?? '', directory)
    if (found !== undefined) return found
  }
  return undefined
}

/** Digests stand in for versions nobody knows. */
export function plainVersion(text: string | undefined): string {
  return text !== undefined && /^\d+(?:\.|$)/.test(text) ? text : ''
}

export type Fit = 'yes' | 'nearly' | 'no'

/** `nearly`: an exact version of which only the last number differs. */
export function fitOf(version: string, { name, version: wanted, range, near }: Wanted): Fit {
  if (version === '') return 'no'
  if (isChannel(name, wanted)) {
    const channel = wanted.split('-')[0] ?? ''
    return version === wanted || (wanted === channel && version.includes(`-${channel}`)) ? 'yes' : 'no'
  }
  if (isInRange(version, range)) return 'yes'
  return near !== undefined && isInRange(version, near) ? 'nearly' : 'no'
}
