import type { ToolchainContext, Verdict } from '@hop3/core'

/** Build files by tool, in the order of preference. */
export const buildFiles = {
  maven: ['pom.xml'],
  gradle: ['build.gradle.kts', 'build.gradle', 'settings.gradle.kts', 'settings.gradle'],
  sbt: ['build.sbt'],
} as const

/** Accepts the build files of Maven, Gradle and sbt, and a single jar with nothing else to build; not an app for a phone. */
export async function acceptJava({ source, named }: ToolchainContext): Promise<Verdict> {
  const names = await source.list()
  const file = Object.values(buildFiles)
    .flat()
    .find((name) => names.includes(name))
  if (named) return { accepted: true, reason: 'the configuration names it', evidence: file === undefined ? [] : [file] }
  if (file === undefined) {
    const jars = names.filter((name) => name.endsWith('.jar'))
    if (jars.length === 1) return { accepted: true, reason: `${jars[0] ?? ''} is the only jar`, evidence: jars }
    return { accepted: false, reason: 'no pom.xml, build.gradle, build.gradle.kts or build.sbt' }
  }
  const text = (await source.readText(file)) ?? ''
  if (/com\.android\.(?:application|library)/.test(text))
    return { accepted: false, reason: `${file} builds an Android app`, evidence: [file] }
  return { accepted: true, reason: `${file} builds it`, evidence: [file] }
}
