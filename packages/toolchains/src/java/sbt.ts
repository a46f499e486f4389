import type { JavaBuild, JavaRequest } from './build.ts'
import { startSomeJar, startSomeScript, withJavaOpts } from './start.ts'

/** Play listens where its own properties say, and must not keep a pid file in a release that is started more than once. */
const playProperties = ' -Dplay.server.http.port=$PORT -Dplay.server.http.address=$BIND_ADDRESS -Dplay.server.pidfile.path=/dev/null'

/** Undefined without a build.sbt. */
export async function sbtBuild({ source, names }: JavaRequest): Promise<JavaBuild | undefined> {
  const text = await source.readText('build.sbt')
  if (text === undefined) return undefined
  const project = names.includes('project') ? (await source.list('project')).filter((name) => name.endsWith('.sbt')) : []
  const plugins = (await Promise.all(project.map((name) => source.readText(`project/${name}`)))).join('\n')
  const made = madeBy(text, plugins)
  return {
    kind: 'scala',
    build: {
      cmds: ['javac -version', `sbt ${made?.task ?? 'compile'}`],
      cacheDirectories: ['~/.sbt', '~/.ivy2/cache', '~/.cache/coursier'],
      ...(made && { outputs: [...made.outputs] }),
    },
    ...(made && { web: made.web }),
    exclude: ['/target', '/project/target', '/project/project'],
    decisions: made === undefined ? [] : [{ key: 'java.start', value: made.task, origin: 'project/*.sbt' }],
    noWeb:
      'Nothing makes a program of the app: add addSbtPlugin("com.github.sbt" % "sbt-native-packager" % "1.11.1") to project/plugins.sbt and enablePlugins(JavaAppPackaging) to build.sbt.',
    warnings: [],
  }
}

interface Made {
  readonly task: string
  readonly web: string
  readonly outputs: readonly string[]
}

function madeBy(text: string, plugins: string): Made | undefined {
  const isPlay = /"(?:org\.playframework|com\.typesafe\.play)"\s*%\s*"sbt-plugin"/.test(plugins)
  if (isPlay || /"sbt-native-packager"/.test(plugins)) {
    const stage = 'target/universal/stage'
    const name = scriptName(text)
    const script = name === undefined ? startSomeScript(`${stage}/bin/*`) : `${stage}/bin/${name}`
    return { task: 'stage', web: withJavaOpts(isPlay ? playProperties : '', script), outputs: [stage] }
  }
  if (!/"sbt-assembly"/.test(plugins)) return undefined
  const jar = /assemblyJarName\s*:=\s*"([\w.-]+)"/.exec(text)?.[1]
  // The directory is called after the version of Scala.
  return {
    task: 'assembly',
    web: startSomeJar('target', '').replace('target/*.jar', `target/scala-*/${jar ?? '*assembly*.jar'}`),
    outputs: ['target'],
  }
}

/** sbt's own spelling of the root project's name, where the build has one project and names it. */
function scriptName(text: string): string | undefined {
  const asked = /executableScriptName\s*:=\s*"([\w.-]+)"/.exec(text)?.[1]
  const names = [...text.matchAll(/\bname\s*:=\s*"([^"]+)"/g)].map((found) => found[1] ?? '')
  if (asked !== undefined || names.length !== 1) return asked
  return names[0]?.toLowerCase().replace(/[^a-z0-9]+/g, '-')
}
