/** `hop3.lock.json`: hashes of what a template downloads, each with the digest of the files that say what that is. */
import { hash } from 'node:crypto'
import { join } from 'node:path'
import { hop3Error } from '@hop3/core'
import { isObject, parseJson } from '@hop3/core/json'
import { digestOfAnywhere, digestOfFile } from './locked-files.ts'
import type { LockedTree } from './locked-tree.ts'
import { readText } from './read-text.ts'
import type { TemplateName } from './template-names.ts'
import { readerOf, valuesOf, type TemplateUse } from './template-use.ts'
import { templates } from './templates.ts'

export interface Locked {
  /** Of the downloaded files, as Nix writes it. Null: there is nothing to download. */
  readonly hash: string | null
  /** Of the files that say what is downloaded. */
  readonly inputs: string
}

export const lockName = 'hop3.lock.json'

/** Undefined where the lock file has nothing of the template. Throws `build.nix-lock` for a lock file that is none. */
export function readLock(root: string, template: TemplateName): Locked | undefined {
  const path = join(root, lockName)
  const text = readText(path)
  if (text === undefined) return undefined
  const lock = parseJson(text)
  const entry = isObject(lock) && isObject(lock['nix']) ? lock['nix'][template] : undefined
  if (entry === undefined && isObject(lock)) return undefined
  if (isObject(entry) && typeof entry['inputs'] === 'string' && (entry['hash'] === null || typeof entry['hash'] === 'string'))
    return { hash: entry['hash'], inputs: entry['inputs'] }
  throw hop3Error('build.nix-lock', `${lockName} cannot be read: it is no lock file of this version.`, {
    hint: `Remove it, write it again with \`hop3 nix lock\`, and look at the difference.`,
  })
}

/** The file with this entry, the others kept. */
export function lockText(root: string, template: TemplateName, entry: Locked): string {
  const path = join(root, lockName)
  const read = parseJson(readText(path) ?? '{}')
  const lock = isObject(read) ? read : {}
  const nix = { ...(isObject(lock['nix']) ? lock['nix'] : {}), [template]: entry }
  return `${JSON.stringify({ ...lock, nix: nix }, null, 2)}\n`
}

/**
 * Of all that can change what is downloaded: the files, what they name in the app, the tools, and the app's own nixpkgs. Undefined for templates
 * that download nothing, or what the configuration has the hash of. Throws `build.nix-lock` where a file is missing.
 */
export function lockInputs(use: TemplateUse, tree: LockedTree): string | undefined {
  const { options } = use
  const { locks, locksAnywhere, isDownloadedByBuilding } = templates[use.name]
  if (locks === undefined) return undefined
  const texts = locks.map((locked) => {
    const { file, isOptional } = locked
    const digest = digestOfFile(tree, locked)
    if (digest !== undefined) return `${file}\0${digest}`
    if (isOptional) return file
    throw hop3Error('build.nix-lock', `The template ${use.name} needs a ${file}, and there is none in the source.`, {
      hint: `Write a ${file} that is not ignored (.gitignore, .hop3ignore), or use another template.`,
    })
  })
  const { build, outputs, ...tools } = valuesOf(use)
  const facts = JSON.stringify([isDownloadedByBuilding === true ? { ...tools, build, outputs } : tools, options.nixpkgs ?? null])
  const anywhere = locksAnywhere === undefined ? [] : [digestOfAnywhere(tree, locksAnywhere)]
  return `sha256:${hash('sha256', [facts, ...texts, ...anywhere].join('\0'), 'hex')}`
}

export function hasNothingToDownload({ name, root, options }: TemplateUse): boolean {
  return templates[name].isDownloading?.(readerOf(root), options) === false
}

/** What is locked; its hash is null where there is nothing to download. Throws `build.nix-lock` where there is none, or none for the files as they are now. */
export function lockedHash(use: TemplateUse, tree: LockedTree): Locked | undefined {
  const inputs = lockInputs(use, tree)
  if (inputs === undefined) return undefined
  if (hasNothingToDownload(use)) return { hash: null, inputs }
  const locked = readLock(use.root, use.name)
  if (locked?.inputs === inputs) return locked
  const { locks = [], locksAnywhere } = templates[use.name]
  const files = locks.length === 0 || locksAnywhere !== undefined ? 'the build' : locks.map(({ file }) => file).join(' and ')
  const saw =
    locked === undefined
      ? `${lockName} has no hash of what ${files} asks for`
      : `${files}, or something named there, is another since ${lockName} was written`
  throw hop3Error('build.nix-lock', `The template ${use.name} builds from what is locked, and ${saw}.`, {
    hint: 'Write it with `hop3 nix lock`, look at the difference, and commit it.',
    details: { template: use.name },
  })
}
