/** Which Python an app runs on. */
import { join } from 'node:path'
import { isProgram, pathDirectories, type DeploymentContext } from '@hop3/core'

export interface Python {
  /** The interpreter itself; of a virtual environment, the one in it. */
  readonly file: string
  /** `3.11` */
  readonly version: string
  /** `3.11.7` */
  readonly release: string
  /** `cpython-311` */
  readonly tag: string
}

/** The first of the files that is a Python which runs; undefined when none is. */
export async function findPython(
  context: Pick<DeploymentContext, 'run' | 'env' | 'directories'>,
  files: readonly string[],
): Promise<Python | undefined> {
  for (const file of files) {
    if (!isProgram(file)) continue
    const result = await context.run({ file, args: ['-I', '-c', question], cwd: '/', env: context.env, timeout: 20_000 })
    const [release, tag, own] = result.stdout.split('\n')
    const version = /^\d+\.\d+/.exec(release ?? '')?.[0]
    if (result.exitCode === 0 && release && version && tag && own) return { file: own, version, release, tag }
  }
  return undefined
}

/** Every program of one of these names on a PATH: all of the first name, in the order a shell would look, then those of the next. */
export function onPath(path: string | undefined, names: readonly string[]): readonly string[] {
  return names.flatMap((name) => pathDirectories(path).map((directory) => join(directory, name))).filter(isProgram)
}

const question = "import sys; print('%d.%d.%d' % sys.version_info[:3]); print(sys.implementation.cache_tag); print(sys.executable)"
