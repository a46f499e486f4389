/**
 * A Clojure CLI for machines that have none: it is in no package of Debian's, and its own jar is not on Maven Central, while the library that
 * resolves what deps.edn names is. Only the words that plans use are understood. The image that brings it is made of the same files.
 */
import { execFile } from 'node:child_process'
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const execute = promisify(execFile)
const files = fileURLToPath(new URL('../../.ci/images/clojure-cli', import.meta.url))
const copy = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies'

/** Makes `clojure` in the directory, which belongs in front of PATH. Needs java and Maven. */
export async function makeClojureCli(directory: string): Promise<void> {
  await cp(files, directory, { recursive: true })
  await execute('mvn', ['-B', '-q', copy, `-DoutputDirectory=${join(directory, 'lib')}`], { cwd: directory })
}
