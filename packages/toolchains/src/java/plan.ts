import { hop3Error, visible } from '@hop3/core'
import type { ToolchainContext, ToolchainPlan } from '@hop3/core'
import { fetchedDirectory } from '../fetched.ts'
import { listeningWarnings } from './listens.ts'
import { readOptions } from '../read-options.ts'
import { buildFiles } from './accept.ts'
import type { JavaBuild, JavaRequest } from './build.ts'
import { gradleBuild } from './gradle/gradle.ts'
import { mavenBuild } from './maven/maven.ts'
import { javaOptions } from './options.ts'
import type { JavaOptions } from './options.ts'
import { sbtBuild } from './sbt.ts'
import { startJar } from './start.ts'
import { chooseJava } from './version.ts'

const tools = { maven: mavenBuild, gradle: gradleBuild, sbt: sbtBuild } as const

/** Throws `config.java.no-build`, `.module`, `.several-modules`, `.xml`, `.version`, `.version-conflict` and what an option has wrong. */
export async function planJava(context: ToolchainContext): Promise<ToolchainPlan> {
  const options: JavaOptions = await readOptions(context, 'java', javaOptions)
  const { source, appName, root } = context
  const names = await source.list()
  const request: JavaRequest = { source, names, appName, root, options }
  const build = await firstBuild(request)
  if (build === undefined) return planJar(names, options)
  const java = await chooseJava(context, names, build, options)
  const web = options.jar === undefined ? build.web : startJar(options.jar)
  const startWarnings = web === undefined ? [build.noWeb] : await listeningWarnings(source, build.decisions, web)
  return {
    kind: build.kind,
    phases: { ...(build.install && { install: build.install }), build: withJar(build, options.jar) },
    processes: web === undefined ? {} : { web },
    versions: { ...(java && { java }) },
    exclude: [...build.exclude, fetchedDirectory],
    runtime: {},
    decisions: build.decisions,
    warnings: [...build.warnings, ...startWarnings],
    startWarnings,
  }
}

async function firstBuild(request: JavaRequest): Promise<JavaBuild | undefined> {
  const asked = request.options.buildTool
  for (const tool of asked === undefined ? (['maven', 'gradle', 'sbt'] as const) : [asked]) {
    const build = await tools[tool](request)
    if (build !== undefined) return build
  }
  if (asked === undefined) return undefined
  throw hop3Error(
    'config.java.no-build',
    `hop3.toml [build.java] build_tool names ${asked}, but there is no ${buildFiles[asked].join(' or ')}.`,
    {
      hint: `Add ${buildFiles[asked][0]}, or remove the line.`,
    },
  )
}

/** What a person names is what a build has to make, wherever the build tool puts the rest. */
function withJar({ build }: JavaBuild, jar: string | undefined): JavaBuild['build'] {
  return jar === undefined ? build : { ...build, outputs: [jar] }
}

/** A jar built elsewhere: nothing to build here. */
function planJar(names: readonly string[], options: JavaOptions): ToolchainPlan {
  const jars = names.filter((name) => name.endsWith('.jar'))
  const jar = options.jar ?? (jars.length === 1 ? jars[0] : undefined)
  if (jar === undefined) {
    throw hop3Error(
      'config.java.no-build',
      `The java toolchain was asked for, but there is no pom.xml, build.gradle or build.sbt, and ${jars.length} jars.`,
      {
        hint: 'Name the jar to start in hop3.toml:\n[build.java]\njar = "app.jar"',
        details: { jars: jars.map(visible) },
      },
    )
  }
  return {
    kind: 'java',
    phases: {},
    processes: { web: startJar(jar) },
    versions: options.version === undefined ? {} : { java: { version: options.version, origin: 'hop3.toml [build.java] version' } },
    runtime: {},
    decisions: [{ key: 'java.start', value: jar, origin: options.jar === undefined ? jar : 'hop3.toml [build.java] jar' }],
    warnings: [],
  }
}
