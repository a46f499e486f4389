/**
 * What the operator set for an app: one file per variable, byte for byte, for nobody's eyes but the owner's.
 *
 * `env` is a link to a directory `.env-<random>`. A change makes a new directory, unchanged files hard-linked into it, and renames a new
 * link over the old: readers and crashes see all of a change or nothing.
 */
import { randomBytes } from 'node:crypto'
import { link, lstat, mkdir, readdir, readFile, readlink, rename, rm, symlink, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { hop3Error, shellQuote, syncDirectory, writeNewFile, type Hop3Error } from '@hop3/core'
import { orElse, systemCode } from '@hop3/core/files'
import { attempt } from './attempt.ts'
import { checkEnvName, checkEnvValue, checkSettable } from './env-rules.ts'

/** Names to values, sorted by name. Throws `config.env-name` or `config.env-value` for a file somebody put there by hand. */
export async function readAppEnv(root: string): Promise<Readonly<Record<string, string>>> {
  return attempt(`Cannot read ${join(root, 'env')}`, async () => {
    for (;;) {
      const directory = await envDirectory(root)
      if (directory === undefined) return {}
      try {
        return await readVariables(directory)
      } catch (error) {
        if (systemCode(error) !== 'ENOENT') throw error
        // Else it was replaced by another command while it was being read.
        if (directory === (await envDirectory(root))) throw damaged(root, 'it leads to a directory that is not there')
      }
    }
  })
}

/** Sets and, with `undefined`, removes. All of it is checked before anything is written. */
export async function writeAppEnv(root: string, changes: Readonly<Record<string, string | undefined>>): Promise<void> {
  for (const [name, value] of Object.entries(changes)) check(name, value)
  await attempt(`Cannot write ${join(root, 'env')}`, async () => {
    const before = await envDirectory(root)
    const name = `.env-${randomBytes(6).toString('hex')}`
    try {
      await makeDirectory(join(root, name), before, changes)
      await replaceLink(root, name)
    } catch (error) {
      if ((await envDirectory(root)) !== join(root, name)) await rm(join(root, name), { recursive: true, force: true })
      throw error
    }
    await removeOthers(root, name)
  })
}

function check(name: string, value: string | undefined): void {
  if (value === undefined) return checkEnvName(name)
  checkSettable(name)
  checkEnvValue(name, value)
}

async function envDirectory(root: string): Promise<string | undefined> {
  const path = join(root, 'env')
  const found = await orElse(lstat(path), undefined)
  if (found === undefined) return undefined
  const target = found.isSymbolicLink() ? await orElse(readlink(path), '') : ''
  if (/^\.env-[0-9a-z]+$/.test(target)) return join(root, target)
  if (found.isDirectory()) throw damaged(root, 'it is a directory itself', `cd ${shellQuote(root)} && mv env .env-0 && ln -s .env-0 env`)
  throw damaged(root, found.isSymbolicLink() ? 'it leads elsewhere' : 'it is a file')
}

function damaged(root: string, saw: string, mend = `rm ${shellQuote(join(root, 'env'))}`): Hop3Error {
  const path = join(root, 'env')
  return hop3Error('environment.env-damaged', `${path} should be a link to a directory \`.env-…\` beside it, but ${saw}.`, {
    hint: `Mend it: ${mend}`,
    details: { path, saw },
  })
}

async function readVariables(directory: string): Promise<Readonly<Record<string, string>>> {
  const names = await variableNames(directory)
  const entries = await Promise.all(names.map(async (name) => [name, await readVariable(directory, name)] as const))
  return Object.fromEntries(entries)
}

async function readVariable(directory: string, name: string): Promise<string> {
  const path = join(directory, name)
  checkSettable(name, path)
  const bytes = await readFile(path)
  const value = bytes.toString('utf8')
  if (!Buffer.from(value).equals(bytes))
    throw hop3Error('config.env-value', `The value of ${name} is not UTF-8.`, { hint: `Set it again: \`hop3 env set ${name}=…\`.` })
  checkEnvValue(name, value)
  return value
}

/** Regular files whose names a variable can have: an editor's leavings are passed over. */
async function variableNames(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && /^[A-Za-z_][A-Za-z0-9_]*$/.test(entry.name))
    .map((entry) => entry.name)
    .toSorted()
}

async function makeDirectory(
  path: string,
  before: string | undefined,
  changes: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  await mkdir(path, { mode: 0o700 })
  const kept = before === undefined ? [] : await orElse(variableNames(before), undefined)
  if (kept === undefined) throw damaged(dirname(path), 'it leads to a directory that is not there')
  for (const name of kept) {
    if (before !== undefined && !Object.hasOwn(changes, name)) await link(join(before, name), join(path, name))
  }
  for (const [name, value] of Object.entries(changes)) {
    if (value !== undefined) await writeNewFile(join(path, name), value)
  }
  await syncDirectory(path)
}

async function replaceLink(root: string, target: string): Promise<void> {
  await orElse(unlink(join(root, 'env.new')), undefined)
  await symlink(target, join(root, 'env.new'))
  await syncDirectory(root)
  await rename(join(root, 'env.new'), join(root, 'env'))
  await syncDirectory(root)
}

/** What was set before, and what killed writers left: secrets must not lie about. */
async function removeOthers(root: string, kept: string): Promise<void> {
  const names = await readdir(root)
  await Promise.all(
    names.filter((name) => name.startsWith('.env-') && name !== kept).map((name) => rm(join(root, name), { recursive: true, force: true })),
  )
}
