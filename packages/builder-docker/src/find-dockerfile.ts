/** The Dockerfile an app brings, and the rules of what its build may read. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hop3Error, visible, type AppConfig } from '@hop3/core'
import { systemCode } from '@hop3/core/files'
import { cleanPath } from './context/ignore-pattern.ts'
import { unreadable } from './context/read-context.ts'

export interface AppDockerfile {
  /** Relative to the context. */
  readonly path: string
  readonly text: string
  /** The rules' file and text. A Dockerfile can have rules of its own: `<file>.dockerignore`. */
  readonly rules?: { readonly path: string; readonly text: string }
}

const names = ['Dockerfile', 'Containerfile']

/** `file` is that of `[build.docker]`. Undefined where the app has none. Throws `config.invalid` for a named one that is not there. */
export async function findDockerfile(root: string, file: string | undefined, config: AppConfig): Promise<AppDockerfile | undefined> {
  const origin = config.origins['build.docker.file'] ?? '[build.docker] file'
  if (file !== undefined && leavesApp(file)) throw missing(file, origin, 'is not inside the app')
  for (const path of file === undefined ? names : [cleanPath(file)]) {
    const text = await readText(root, path)
    if (text !== undefined) return { path, text, ...(await rulesFor(root, path)) }
  }
  if (file !== undefined) throw missing(file, origin, 'is not there')
  return undefined
}

async function rulesFor(root: string, dockerfile: string): Promise<Pick<AppDockerfile, 'rules'>> {
  for (const path of [`${dockerfile}.dockerignore`, '.dockerignore']) {
    const text = await readText(root, path)
    if (text !== undefined) return { rules: { path, text } }
  }
  return {}
}

async function readText(root: string, path: string): Promise<string | undefined> {
  try {
    return await readFile(join(root, path), 'utf8')
  } catch (error) {
    if (['ENOENT', 'EISDIR', 'ENOTDIR'].includes(systemCode(error))) return undefined
    throw unreadable(path, error)
  }
}

function leavesApp(file: string): boolean {
  return file.startsWith('/') || cleanPath(file).startsWith('..') || file.includes('\0')
}

function missing(file: string, origin: string, how: string): Error {
  return hop3Error('config.invalid', `${origin} names ${visible(file)}, which ${how}.`, {
    hint: 'Write its path relative to the app: `file = "docker/Dockerfile"`.',
    details: { file },
  })
}
