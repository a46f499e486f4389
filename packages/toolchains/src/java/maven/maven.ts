import { joinPaths, shellQuote } from '@hop3/core'
import type { PhaseInput, SourceView } from '@hop3/core'
import { fetchedPhase } from '../../fetched.ts'
import { appModules, chooseModule } from '../choose-module.ts'
import type { JavaBuild, JavaRequest } from '../build.ts'
import { javaMinimum, readPom } from './pom.ts'
import type { Pom } from './pom.ts'
import { runnableOf } from './runnable.ts'
import type { Runnable } from './runnable.ts'

/** Pinned, because what Maven takes without a version is either years old or changes from day to day. */
const goOffline = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:go-offline'
const modulesAtMost = 200

/** Undefined without a pom.xml. Throws `config.java.xml`, `.module` and `.several-modules`. */
export async function mavenBuild(request: JavaRequest): Promise<JavaBuild | undefined> {
  const { source, names, options } = request
  const root = await readPom(source, '')
  if (root === undefined) return undefined
  const poms = await readModules(source, root)
  const modules = await Promise.all(
    poms.map(async (pom) => ({ pom, directory: pom.directory, name: pom.artifactId, runnable: await runnableOf(source, pom) })),
  )
  const choice = chooseModule(modules, startable(appModules(modules, request.appName)), request)
  const pom = choice?.module.pom ?? root
  const runnable = options.mainClass === undefined ? choice?.module.runnable : await runnableOf(source, pom, options.mainClass)
  const command = `${names.includes('mvnw') ? 'sh ./mvnw' : 'mvn'} -B -ntp`
  const facts: MavenFacts = { request, root, pom, runnable, command, secrets: await settingsSecrets(source, root) }
  const install = await installPhase(facts)
  const minimum = javaMinimum(pom) ?? javaMinimum(root)
  return {
    kind: poms.some(({ plugins }) => plugins.some(({ artifactId }) => artifactId === 'kotlin-maven-plugin')) ? 'kotlin' : 'java',
    ...(install && { install }),
    build: buildPhase(facts),
    ...(runnable && { web: runnable.web }),
    ...(minimum && { minimum }),
    exclude: poms.map(({ directory }) => `/${joinPaths(directory, 'target')}`),
    decisions: [...(choice?.decision === undefined ? [] : [choice.decision]), ...(runnable === undefined ? [] : [runnable.decision])],
    noWeb: noStart(pom),
    warnings: choice?.warning === undefined ? [] : [choice.warning],
  }
}

async function readModules(source: SourceView, root: Pom): Promise<readonly Pom[]> {
  const found = [root]
  for (const parent of found) {
    for (const directory of parent.modules.slice(0, modulesAtMost - found.length)) {
      const pom = found.some((one) => one.directory === directory) ? undefined : await readPom(source, directory, parent)
      if (pom !== undefined) found.push(pom)
    }
  }
  return found
}

/** A class that happens to be called Main makes no app of a module beside one with a framework or a server. */
function startable<One extends { readonly runnable: Runnable | undefined }>(modules: readonly One[]): readonly One[] {
  const some = modules.filter(({ runnable }) => runnable !== undefined)
  const sure = some.filter(({ runnable }) => runnable?.isWhole === true)
  return sure.length > 0 ? sure : some
}

interface MavenFacts {
  readonly request: JavaRequest
  readonly root: Pom
  readonly pom: Pom
  readonly runnable: Runnable | undefined
  readonly command: string
  readonly secrets: readonly string[]
}

/**
 * Its inputs are the pom and Maven's settings. Modules that need each other cannot be resolved before they are built, nor jars inside the
 * app without the app: then everything is fetched by the build, into the same cache.
 */
async function installPhase({ request: { source, names }, root, command, secrets }: MavenFacts): Promise<PhaseInput | undefined> {
  if (root.modules.length > 0 || /<systemPath>|file:\/\//.test(root.text)) return undefined
  const settings = names.includes('.mvn') ? [...(await inDirectory(source, '.mvn')), ...(await inDirectory(source, '.mvn/wrapper'))] : []
  return fetchedPhase('maven', '', {
    cmds: [`${command} ${goOffline}`],
    onlyIncludeFiles: ['pom.xml', ...['mvnw', 'settings.xml'].filter((name) => names.includes(name)), ...settings],
    cacheDirectories: [...caches],
    ...(secrets.length > 0 && { secrets: [...secrets] }),
  })
}

/** They stay where Maven's settings are, which name mirrors and credentials. */
const caches = ['~/.m2/repository', '~/.m2/wrapper']

async function inDirectory(source: SourceView, directory: string): Promise<readonly string[]> {
  const paths = (await source.list(directory)).map((name) => `${directory}/${name}`)
  const isFile = await Promise.all(paths.map((path) => source.hasFile(path)))
  return paths.filter((_, index) => isFile[index])
}

function buildPhase({ request: { root: appRoot }, pom, runnable, command, secrets }: MavenFacts): PhaseInput {
  const isModule = pom.directory !== '' && appRoot === ''
  // Classes that run where they lie may read what modules they do not depend on have made.
  const needsAll = isModule && runnable?.isWhole === false
  const module = isModule && !needsAll ? ` -pl ${shellQuote(pom.directory)} -am` : ''
  const goals = (runnable?.goals ?? []).map((goal) => ` ${goal}`).join('')
  return {
    // Says which compiler it is, and that there is one: a runtime alone builds nothing.
    cmds: ['javac -version', `${command} -DskipTests${module} package${goals}`],
    cacheDirectories: [...caches],
    ...(runnable && !needsAll && { outputs: [...runnable.outputs] }),
    ...(secrets.length > 0 && { secrets: [...secrets] }),
  }
}

/** `${env.REPOSITORY_TOKEN}` in the settings the app brings along. */
async function settingsSecrets(source: SourceView, root: Pom): Promise<readonly string[]> {
  const texts = [root.text, await source.readText('.mvn/settings.xml'), await source.readText('settings.xml')]
  const names = texts.flatMap((text) => [...(text ?? '').matchAll(/\$\{env\.([A-Z_][A-Z0-9_]*)\}/g)].map((found) => found[1] ?? ''))
  return [...new Set(names)].toSorted()
}

function noStart({ artifactId }: Pom): string {
  return `Nothing says how ${artifactId === '' ? 'the app' : artifactId} starts: no plugin of its pom makes a jar to start. Write main_class = "com.example.App" under [build.java] in hop3.toml, or \`web: java …\` in Procfile.`
}
