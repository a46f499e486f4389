/** A small disk of its own, and ways to fill it. */
import { execFile } from 'node:child_process'
import { mkdtemp, open, rm, rmdir, writeFile, type FileHandle } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Scene, WrongInput } from './wrong-input.ts'

const execute = promisify(execFile)
const megabyte = 1024 * 1024

export interface SmallDisk {
  readonly path: string
  unmount(): Promise<void>
}

/** A tmpfs of 160 MB; undefined where this process may not mount one. */
export async function mountSmallDisk(): Promise<SmallDisk | undefined> {
  const path = await mkdtemp(join(tmpdir(), 'hop3-disk-'))
  try {
    await execute('mount', ['-t', 'tmpfs', '-o', 'size=160m', 'tmpfs', path])
  } catch {
    // Not root, or in a container that may not mount: the caller says what is left out.
    await rmdir(path)
    return undefined
  }
  return {
    path,
    async unmount() {
      await execute('umount', [path])
      await rmdir(path)
    },
  }
}

const source = { Procfile: 'web: node server.js\n', 'server.js': '// never runs\n' }

export const fullDisks: readonly WrongInput[] = [
  {
    name: 'a disk that is nearly full',
    files: source,
    prepare: (scene) => fillDisk(scene.machine, 20),
    exitCode: 75,
    code: 'environment.disk-full',
    message: [/\d+ MB are free below/],
    hint: 'hop3 destroy',
  },
  {
    name: 'a disk that is full to the last byte',
    files: source,
    prepare: (scene) => fillDisk(scene.machine, 0),
    exitCode: 75,
    code: 'environment.disk-full',
    message: [/./],
    hint: /[Ff]ree some space/,
  },
  {
    name: 'a disk that fills up while the source is copied',
    files: source,
    prepare: async (scene) => {
      await writeFile(join(scene.source, 'film.bin'), Buffer.alloc(120 * megabyte))
      return fillDisk(scene.machine, 70)
    },
    exitCode: 75,
    code: 'environment.disk-full',
    message: ['Cannot copy the source into the release', 'no space is left'],
    hint: /[Ff]ree some space/,
  },
  {
    name: 'a disk that fills up while the app is built',
    files: source,
    prepare: (scene) => fillDisk(scene.machine, 70),
    more: ['--install-cmd', 'head -c 120000000 /dev/zero > film.bin'],
    exitCode: 30,
    code: 'build.phase-failed',
    message: ['Phase install', 'No space left on device'],
    hint: /./,
  },
]

/** Fills the home's disk until so many MB are free. */
export async function fillDisk({ directory }: Pick<Scene['machine'], 'directory'>, megabytesLeft: number): Promise<() => Promise<void>> {
  const path = join(directory, 'ballast')
  const file = await open(path, 'w')
  try {
    const size = await writeUntilFull(file)
    await file.truncate(size - megabytesLeft * megabyte)
  } finally {
    await file.close()
  }
  return () => rm(path)
}

async function writeUntilFull(file: FileHandle): Promise<number> {
  const zeros = Buffer.alloc(megabyte)
  for (let size = 0; ;) {
    try {
      size += (await file.write(zeros)).bytesWritten
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return size
      throw error
    }
  }
}
