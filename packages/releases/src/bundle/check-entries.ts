/** What names and links a bundle may have. The same rules when one is written and when one is read. */
import { basename, dirname, isAbsolute } from 'node:path'
import { visible } from '@hop3/core'
import type { BundledLink, BundleEntry, BundleManifest } from './manifest.ts'

/** The file that makes a release real is written by the home, never unpacked. */
const reserved = new Set(['BUILD_ARTIFACT.json'])

/** Why a path may not be one of an entry, or undefined. */
export function pathProblem(path: string): string | undefined {
  if (path === '' || isAbsolute(path)) return `${visible(path)} is not a relative path`
  const parts = path.split('/')
  if (parts.some((part) => part === '' || part === '.' || part === '..')) return `${visible(path)} is not a plain path`
  if (path.includes('\0') || !path.isWellFormed()) return `${visible(path)} holds what no file name can`
  if (parts.some((part) => Buffer.byteLength(part) > 255) || Buffer.byteLength(path) > 4000) return `${visible(path)} is too long`
  return reserved.has(path) ? `${path} is not a file of a bundle` : undefined
}

/** Why these entries cannot be unpacked as they are listed, or undefined. */
export function entryProblem({ entries, needs, origin }: Pick<BundleManifest, 'entries' | 'needs' | 'origin'>): string | undefined {
  const directories = new Set(['.'])
  let last = ''
  for (const entry of entries) {
    const { path } = entry
    if (path === last) return `${visible(path)} is listed twice`
    if (path < last) return `${visible(path)} is listed after ${visible(last)}: they are not sorted`
    if (!directories.has(dirname(path))) return `${visible(path)} lies in no directory of the bundle`
    if (entry.type === 'directory') directories.add(path)
    const problem = entry.type === 'link' ? linkProblem(entry, { needs, origin }) : undefined
    if (problem !== undefined) return problem
    last = path
  }
  return undefined
}

function linkProblem(link: BundledLink, { needs, origin }: Pick<BundleManifest, 'needs' | 'origin'>): string | undefined {
  const { path, target } = link
  if (target.includes('\0')) return `the link ${visible(path)} leads to what no file name can be`
  if (!isAbsolute(target)) return staysInside(path, target) ? undefined : `the link ${visible(path)} leads out of the release`
  const tool = toolOf(target, origin.tools)
  const isNeeded =
    tool === undefined
      ? mayLeadOut(link) && needs.some((need) => need.kind === 'interpreter' && need.path === target)
      : needs.some((need) => need.kind === 'tool' && need.name === tool)
  return isNeeded ? undefined : `the link ${visible(path)} leads to ${visible(target)}, which the bundle does not name as needed`
}

/** Interpreters are linked to as programs of an environment (`.venv/bin/python`), and nothing else leads out of a release. */
export function mayLeadOut({ path }: Pick<BundleEntry, 'path'>): boolean {
  return basename(dirname(path)) === 'bin'
}

/**
 * Ups first, then downs: since an entry's directory is a directory and no link, it then stays inside whatever links it goes through, because
 * each of those does.
 */
export function staysInside(path: string, target: string): boolean {
  const parts = target.split('/').filter((part) => part !== '' && part !== '.')
  const down = parts.findIndex((part) => part !== '..')
  const ups = down === -1 ? parts.length : down
  return ups <= path.split('/').length - 1 && !parts.slice(ups).includes('..')
}

/** The directory of `tools` a path leads into, or undefined. */
export function toolOf(path: string, tools: readonly string[]): string | undefined {
  if (path.split('/').includes('..')) return undefined
  const root = tools.find((one) => path.startsWith(`${one}/`))
  return root === undefined ? undefined : path.slice(root.length + 1).split('/')[0]
}
