/** Commands that start what was built. `$JAVA_OPTS` is the operator's, and split into words on purpose. */
import { shellQuote } from '@hop3/core'

/** `properties`: words with a space in front, as `propertyWords` makes them. */
export function startJar(jar: string, properties = '', more = ''): string {
  return `java $JAVA_OPTS${properties} -jar ${shellQuote(jar)}${more}`
}

/** For a jar whose name only the build knows: the first in the directory that is meant to be started. */
export function startSomeJar(directory: string, properties = ''): string {
  const names = `ls ${shellQuote(directory)}/*.jar | grep -Ev '(-(plain|sources|javadoc|tests|test-sources|test-fixtures)\\.jar|/original-[^/]*)$' | head -n 1`
  return `java $JAVA_OPTS${properties} -jar "$(${names})"`
}

/** The start script that `installDist` and `stage` make, for an app whose name only the build knows. */
export function startSomeScript(pattern: string): string {
  return `"$(ls ${pattern} | grep -v '\\.bat$' | head -n 1)"`
}

/** A shell that finds its own properties in JAVA_OPTS. */
export function withJavaOpts(properties: string, command: string): string {
  return properties === '' ? command : `JAVA_OPTS="$JAVA_OPTS${properties}" ${command}`
}
