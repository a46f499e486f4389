import { joinPaths, shellQuote } from '@hop3/core'
import type { JavaBuild, JavaRequest } from '../build.ts'
import { chooseModule } from '../choose-module.ts'
import { frameworks, ktorArguments, propertyWords } from '../frameworks.ts'
import type { Framework } from '../frameworks.ts'
import { startJar, startSomeJar, startSomeScript, withJavaOpts } from '../start.ts'
import { exactJava, minimumJava, readProject, readSettings } from './build-file.ts'
import type { GradleProject } from './build-file.ts'
import { wrapperJava } from './wrapper.ts'

const modulesAtMost = 100

/** Undefined without Gradle's files. Throws `config.java.module` and `.several-modules`. */
export async function gradleBuild(request: JavaRequest): Promise<JavaBuild | undefined> {
  const { source, names } = request
  const settings = await readSettings(source, names)
  const root = await readProject(source, '', settings)
  if (root === undefined && settings.file === undefined) return undefined
  const members = await Promise.all(
    settings.includes.slice(0, modulesAtMost).map((directory) => readProject(source, directory, settings, root)),
  )
  const projects = [root, ...members].filter((one) => one !== undefined)
  const isVersioned = settings.isVersioned || /\bversion\b[ \t]*(?:=[ \t]*)?[\w"']/.test(root?.below ?? '')
  const modules = projects.map((project) => ({
    project,
    directory: project.directory,
    name: project.name,
    made: madeBy(project, isVersioned),
  }))
  const choice = chooseModule(
    modules,
    modules.filter(({ made }) => made !== undefined),
    request,
  )
  const project = choice?.module.project ?? root
  const made = choice?.module.made
  const [exact, minimum] =
    project === undefined ? [] : [exactJava(project) ?? (root && exactJava(root)), minimumJava(project) ?? (root && minimumJava(root))]
  const runsOn = await wrapperJava(request)
  const tool = names.includes('gradlew') ? 'sh ./gradlew' : 'gradle'
  // No process of Gradle's may outlive the build.
  const task = `${joinPaths('/', project?.directory ?? '')
    .replaceAll('/', ':')
    .replace(/:?$/, ':')}${made?.task ?? 'assemble'}`
  return {
    kind: projects.some(({ plugins }) => [...plugins].some((id) => id.startsWith('org.jetbrains.kotlin'))) ? 'kotlin' : 'java',
    build: {
      cmds: ['javac -version', `${tool} --no-daemon --console=plain ${shellQuote(task)}`],
      cacheDirectories: ['~/.gradle/caches', '~/.gradle/wrapper'],
      ...(made && { outputs: [...made.outputs] }),
    },
    ...(made && { web: made.web }),
    ...(exact && { exact }),
    ...(minimum && { minimum }),
    ...(runsOn && { runsOn }),
    exclude: ['/.gradle', ...projects.map(({ directory }) => `/${joinPaths(directory, 'build')}`)],
    decisions: [
      ...(choice?.decision === undefined ? [] : [choice.decision]),
      ...(made === undefined || project === undefined
        ? []
        : [{ key: 'java.start', value: made.task, origin: `${project.file}, ${made.plugin}` }]),
      {
        key: 'java.install',
        value: 'part of the build',
        origin: 'Gradle fetches what a task needs, and can fetch nothing without running one',
      },
    ],
    noWeb: "Nothing says how the app starts: apply Gradle's application plugin and name its mainClass, or write `web: java …` in Procfile.",
    warnings: choice?.warning === undefined ? [] : [choice.warning],
  }
}

interface Made {
  readonly task: string
  readonly plugin: string
  readonly web: string
  readonly outputs: readonly string[]
}

/** What the project's plugins make that can be started. */
function madeBy(project: GradleProject, isVersioned: boolean): Made | undefined {
  const framework = frameworks.find(
    ({ name, gradle }) => project.plugins.has(gradle) && (name !== 'spring-boot' || !noBootJar.test(project.text)),
  )
  const build = joinPaths(project.directory, 'build')
  if (framework?.name === 'spring-boot') return bootJar(project, framework, build, isVersioned)
  if (framework?.name === 'quarkus') {
    const directory = `${build}/quarkus-app`
    return {
      task: 'quarkusBuild',
      plugin: framework.gradle,
      web: startJar(`${directory}/quarkus-run.jar`, propertyWords(framework)),
      outputs: [directory],
    }
  }
  const application = ['application', 'io.ktor.plugin', 'io.micronaut.application', 'io.micronaut.minimal.application'].find((id) =>
    project.plugins.has(id),
  )
  if (application !== undefined) return installed(project, framework, build, application)
  const shadow = ['com.gradleup.shadow', 'com.github.johnrengelman.shadow'].find((id) => project.plugins.has(id))
  if (shadow !== undefined) return { task: 'shadowJar', plugin: shadow, web: startSomeJar(`${build}/libs`), outputs: [`${build}/libs`] }
  if (/["']?Main-Class["']?/.test(project.text))
    return { task: 'jar', plugin: 'Main-Class', web: startSomeJar(`${build}/libs`), outputs: [`${build}/libs`] }
  return undefined
}

/** A library that has the plugin from above, and turns it off. */
const noBootJar = /\b[bB]ootJar\b(?:\.enabled|[^\s{]{0,40}\s*\{[^{}]{0,300}?\benabled)\s*(?:=|\.set\()?\s*false/

/** `bootJar` alone makes one jar, so that the plain one is not there to be taken for it. */
function bootJar({ name, text }: GradleProject, framework: Framework, build: string, isVersioned: boolean): Made {
  const properties = propertyWords(framework)
  const file = /\barchiveFileName(?:\.set\(|\s*=)\s*["']([^"'$\n]+\.jar)["']/.exec(text)?.[1]
  const version = /^[ \t]*version[ \t]*(?:=[ \t]*)?["']([^"'$\n]+)["']/m.exec(text)?.[1]
  const isPlain = name !== '' && !/\b(?:archiveFileName|archiveBaseName|archivesName|archiveVersion|archiveClassifier)\b/.test(text)
  const jar =
    file ??
    (isPlain && (version !== undefined || !(isVersioned || /\bversion\b[ \t]*=/.test(text)))
      ? `${[name, version].filter(Boolean).join('-')}.jar`
      : undefined)
  const web = jar === undefined ? startSomeJar(`${build}/libs`, properties) : startJar(`${build}/libs/${jar}`, properties)
  return { task: 'bootJar', plugin: framework.gradle, web, outputs: [jar === undefined ? `${build}/libs` : `${build}/libs/${jar}`] }
}

/** The application plugin's own layout: a script, and the jars beside it. */
function installed({ name, text }: GradleProject, framework: Framework | undefined, build: string, plugin: string): Made {
  const applicationName = /\bapplicationName\s*=\s*["']([\w.-]+)["']/.exec(text)?.[1] ?? name
  const script = /^[\w.-]+$/.test(applicationName)
    ? shellQuote(`${build}/install/${applicationName}/bin/${applicationName}`)
    : startSomeScript(`${shellQuote(build)}/install/*/bin/*`)
  const mainClass = /\bmainClass(?:Name)?(?:\.set\(|\s*=)\s*["']([\w.$]+)["']/.exec(text)?.[1]
  const web = withJavaOpts(propertyWords(framework), script) + ktorArguments(mainClass)
  return { task: 'installDist', plugin, web, outputs: [`${build}/install`] }
}
