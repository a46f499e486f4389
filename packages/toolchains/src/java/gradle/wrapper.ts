/** Which Java runs the Gradle that an app's wrapper fetches: on a newer one it stops, whatever the sources need. */
import type { JavaRequest, RunsOn } from '../build.ts'
import { originOf } from '../../origin.ts'
import { isAtLeast } from '../../version-order.ts'

const file = 'gradle/wrapper/gradle-wrapper.properties'
const url = /^[ \t]*distributionUrl[ \t]*[=:][^\n]*\/gradle-(\d{1,4}(?:\.\d{1,4})+)/m

/** Each Java with the first Gradle that runs on it, as https://docs.gradle.org/current/userguide/compatibility.html has them. */
const firstGradle: readonly (readonly [java: string, gradle: string])[] = [
  ['9', '4.3'],
  ['10', '4.7'],
  ['11', '5.0'],
  ['12', '5.4'],
  ['13', '6.0'],
  ['14', '6.3'],
  ['15', '6.7'],
  ['16', '7.0'],
  ['17', '7.3'],
  ['18', '7.5'],
  ['19', '7.6'],
  ['20', '8.3'],
  ['21', '8.5'],
  ['22', '8.8'],
  ['23', '8.10'],
  ['24', '8.14'],
  ['25', '9.1'],
  ['26', '9.4'],
]

/** Undefined without a wrapper, and where its address says no version. Of a Gradle newer than the table it is only known what is too old. */
export async function wrapperJava({ source, names }: Pick<JavaRequest, 'source' | 'names'>): Promise<RunsOn | undefined> {
  const text = names.includes('gradlew') ? await source.readText(file) : undefined
  const version = url.exec(text ?? '')?.[1]
  if (version === undefined) return undefined
  const tooNew = firstGradle.find(([, gradle]) => !isAtLeast(version, gradle))?.[0]
  return {
    ...(isAtLeast(version, '9.0') && { oldest: '17' }),
    ...(tooNew !== undefined && { below: tooNew }),
    origin: originOf(file, text, url),
  }
}
