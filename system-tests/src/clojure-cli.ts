/**
 * A Clojure CLI for machines that have none: it is in no package of Debian's, and its own jar is not on Maven Central, while the library that
 * resolves what deps.edn names is. Only the words that plans use are understood.
 */
import { execFile } from 'node:child_process'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const execute = promisify(execFile)
const copy = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies'

const pom = `<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>com.example</groupId><artifactId>tools</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.clojure</groupId><artifactId>clojure</artifactId><version>1.12.0</version></dependency>
    <dependency><groupId>org.clojure</groupId><artifactId>tools.deps</artifactId><version>0.31.1646</version></dependency>
  </dependencies>
</project>
`

const script = String.raw`#!/bin/sh
set -e
quick='-XX:TieredStopAtLevel=1 -XX:+UseSerialGC'
libraries="$(dirname "$0")/lib/*"
data='' prepare=''
while true; do
  case "$1" in
    -Sdeps) data="$2"; shift 2 ;;
    -P) prepare=yes; shift ;;
    *) break ;;
  esac
done
how="$1"
[ $# -gt 0 ] && shift
words="$*"
set --
[ -n "$data" ] && set -- "$@" --config-data "$data"
case "$how" in -M:*) set -- "$@" "$how" ;; -T:*) set -- "$@" --tool-mode "$how" ;; esac
mkdir -p .cpcache
java $quick -cp "$libraries" clojure.main -m clojure.tools.deps.script.make-classpath2 --config-project deps.edn --cp-file .cpcache/cp \
  --jvm-file .cpcache/jvm --main-file .cpcache/main --manifest-file .cpcache/manifest --basis-file .cpcache/basis "$@"
[ -n "$prepare" ] && exit 0
path="$(cat .cpcache/cp)"
case "$how" in
  -T:build) exec java $quick -cp "$path" clojure.main -e "(require 'build) (build/$words {})" ;;
esac
[ -f .cpcache/main ] && words="$(tr '\n' ' ' < .cpcache/main)$words"
exec java -cp "$path" clojure.main $words
`

/** Makes `clojure` in the directory, which belongs in front of PATH. Needs java and Maven. */
export async function makeClojureCli(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true })
  await writeFile(join(directory, 'pom.xml'), pom)
  await execute('mvn', ['-B', '-q', copy, `-DoutputDirectory=${join(directory, 'lib')}`], { cwd: directory })
  await writeFile(join(directory, 'clojure'), script)
  await chmod(join(directory, 'clojure'), 0o755)
}
