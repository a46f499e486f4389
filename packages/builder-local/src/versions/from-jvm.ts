import { existsSync } from 'node:fs'
import { readdir, readFile, realpath } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Means } from './means.ts'
import { newestFor } from './version-text.ts'

/** JDKs the host has beside the one on PATH, where distributions, SDKMAN and IDEs put them. Nothing is downloaded. */
export const fromJvm: Means = async ({ wanted, context: { env } }) => {
  const homes = env['HOME'] === undefined ? [] : [join(env['HOME'], '.sdkman/candidates/java'), join(env['HOME'], '.jdks')]
  const jdks = (await Promise.all(['/usr/lib/jvm', '/opt/java', ...homes].map(jdksIn))).flat()
  const version = newestFor(
    jdks.map((jdk) => jdk.version),
    wanted,
    // Build tools of a time do not know the Javas after it.
    { prefers: 'lowest-major' },
  )
  const jdk = jdks.find((one) => one.version === version)
  if (jdk === undefined)
    return jdks.length === 0
      ? undefined
      : { refused: `the JDKs of this host are ${[...new Set(jdks.map((one) => one.version))].join(', ')}` }
  return { version: jdk.version, how: `from ${jdk.home}`, paths: [join(jdk.home, 'bin')], variables: { JAVA_HOME: jdk.home } }
}

interface Jdk {
  readonly home: string
  readonly version: string
}

async function jdksIn(directory: string): Promise<readonly Jdk[]> {
  const names = await readdir(directory).catch(() => [])
  const found = await Promise.all(
    names.map(async (name) => {
      // Behind a name like default-java there is another JDK after the next upgrade.
      const home = await realpath(join(directory, name)).catch(() => '')
      const version = existsSync(join(home, 'bin', 'javac')) ? await jdkVersion(home) : undefined
      return version === undefined ? [] : [{ home, version }]
    }),
  )
  return found.flat()
}

/** What the file `release` of a JDK says; undefined for a program that is in none. */
export async function javaVersion(program: string): Promise<string | undefined> {
  return jdkVersion(dirname(dirname(program)))
}

async function jdkVersion(home: string): Promise<string | undefined> {
  const text = await readFile(join(home, 'release'), 'utf8').catch(() => '')
  return /^JAVA_VERSION="([^"]+)"/m.exec(text)?.[1]
}
