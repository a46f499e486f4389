/** Whom files belong to that an image's user writes. */
import { posix } from 'node:path'
import { hop3Error, type DeploymentContext } from '@hop3/core'
import { readDocker } from '@hop3/core/docker'
import { parseJson } from '@hop3/core/json'
import { objectOf } from './containers.ts'
import { expectStatus, type Engine } from './engine.ts'
import type { Image } from './image.ts'
import { homeMark, label } from './names.ts'
import { ownerLabel } from './one-off.ts'
import { labelsOf } from './service.ts'

export interface Owner {
  readonly uid: number
  readonly gid: number
}

const root: Owner = { uid: 0, gid: 0 }

/**
 * A name (`USER node`) is looked up in the image's own files, as the engine does when it starts a container; no program of the image is
 * started. Root's where the image does not know it: the engine then starts none.
 */
export async function imageOwner(context: DeploymentContext, engine: Engine, { id, user }: Pick<Image, 'id' | 'user'>): Promise<Owner> {
  const [name = '', group] = user.split(':')
  if (name === '' || name === 'root') return root
  const isNumber = (word: string): boolean => /^\d+$/.test(word)
  if (isNumber(name) && (group === undefined || isNumber(group))) return { uid: Number(name), gid: Number(group ?? name) }
  return inFilesOf(context, engine, id, async (textOf) => {
    const known = isNumber(name) ? undefined : lineOf(await textOf('/etc/passwd'), name)
    const uid = isNumber(name) ? Number(name) : known?.[0]
    const named = group === undefined ? known?.[1] : isNumber(group) ? Number(group) : lineOf(await textOf('/etc/group'), group)?.[0]
    return uid === undefined || named === undefined ? root : { uid, gid: named }
  })
}

/** The numbers after the password of a line of passwd(5) or group(5). */
function lineOf(text: string, name: string): readonly number[] | undefined {
  const line = text.split('\n').find((one) => one.startsWith(`${name}:`))
  const numbers = line
    ?.split(':')
    .slice(2, 4)
    .filter((word) => /^\d+$/.test(word))
  return numbers?.map(Number)
}

/** Of a container that is made for this and never started. Whose command is killed meanwhile, the next one removes it. */
async function inFilesOf<T>(
  context: DeploymentContext,
  engine: Engine,
  image: string,
  work: (textOf: (path: string) => Promise<string>) => Promise<T>,
): Promise<T> {
  const { appName: app, release, generation, directories } = context
  const labels = labelsOf({ app, worker: 'exec', ordinal: 1, release: release.id, generation }, homeMark(directories.home))
  const made = await engine.ask('POST', '/containers/create', {
    body: {
      Image: image,
      Entrypoint: ['/none'],
      Cmd: [],
      Labels: { ...labels, [label.owner]: await ownerLabel() },
      HostConfig: { NetworkMode: 'none' },
    },
  })
  expectStatus(made, [201], `Cannot look into the image of ${app}`)
  const container = String(objectOf(made.body)['Id'])
  try {
    return await work((path) => fileIn({ context, engine, container }, path))
  } finally {
    await engine.ask('DELETE', `/containers/${container}?force=true&v=true`)
  }
}

interface Looked {
  readonly context: DeploymentContext
  readonly engine: Engine
  readonly container: string
}

/** A passwd(5) is hop3's to hold in memory, and not whatever an image has under its name. */
const longestArchive = 1024 * 1024

/** Empty where there is none. The engine packs a link as what it is, so links are followed here. */
async function fileIn(looked: Looked, path: string, links = 5): Promise<string> {
  const { context, engine, container } = looked
  const attempt = `Cannot read ${path} in the image of ${context.appName}`
  const chunks: Buffer[] = []
  let length = 0
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(60_000)])
  const question = { method: 'GET', path: `/containers/${container}/archive?path=${encodeURIComponent(path)}`, signal } as const
  const status = await readDocker(engine.host, question, (chunk) => {
    length += chunk.length
    if (length > longestArchive)
      throw hop3Error('deploy.compose.engine', `${attempt}: it is longer than 1 MiB.`, {
        hint: 'Write the number of the user: USER 1000 in the Dockerfile.',
      })
    chunks.push(chunk)
  })
  if (status === 404) return ''
  const archive = Buffer.concat(chunks)
  expectStatus({ status, body: parseJson(status === 200 ? '' : archive.toString()) }, [200], attempt)
  const { text, link } = firstEntry(archive)
  if (link === undefined || links === 0) return text
  return fileIn(looked, posix.resolve(posix.dirname(path), link), links - 1)
}

/** The first plain file or link of a tar archive, which may have blocks of other kinds before it. */
function firstEntry(archive: Buffer): { readonly text: string; readonly link?: string } {
  const field = (from: number, to: number): string => archive.toString('utf8', from, to).replace(/\0.*$/s, '')
  for (let at = 0; at + block <= archive.length;) {
    const size = Number.parseInt(field(at + 124, at + 136), 8) || 0
    const kind = archive.toString('latin1', at + 156, at + 157)
    const start = at + block
    if (kind === '0' || kind === '\0') return { text: archive.toString('utf8', start, start + size) }
    if (kind === '2') return { text: '', link: field(at + 157, at + 257) }
    at = start + Math.ceil(size / block) * block
  }
  return { text: '' }
}

const block = 512
