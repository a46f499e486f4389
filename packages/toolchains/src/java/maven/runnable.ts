/** What a module's build makes that can be started, from the plugins its pom names. */
import { joinPaths, shellQuote } from '@hop3/core'
import type { Decision, SourceView } from '@hop3/core'
import { dropwizardWords } from '../dropwizard.ts'
import type { StartWords } from '../dropwizard.ts'
import { frameworks, ktorArguments, propertyWords } from '../frameworks.ts'
import { startJar, startSomeJar } from '../start.ts'
import { elementsAt, xmlText } from '../../xml.ts'
import type { Element } from '../../xml.ts'
import { usualMainClass } from './main-class.ts'
import { fileName } from './pom.ts'
import type { Plugin, Pom } from './pom.ts'

export interface Runnable {
  readonly web: string
  /** Goals after `package`, or beside it. */
  readonly goals: readonly string[]
  readonly outputs: readonly string[]
  readonly decision: Decision
  /** What is built is all that is started: a jar, or a war with its server; classes, on the other hand, run where they lie. */
  readonly isWhole: boolean
}

/** Servers that run a war of the old (javax) and the new (jakarta) servlets. */
const servers = { javax: 'org.eclipse.jetty:jetty-runner:9.4.57.v20241219', jakarta: 'org.eclipse.jetty:jetty-runner:11.0.18' }
const copyPlugin = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1'

/** Undefined for a module that makes a library. */
export async function runnableOf(source: SourceView, pom: Pom, mainClass?: string): Promise<Runnable | undefined> {
  const target = joinPaths(pom.directory, 'target')
  if (mainClass !== undefined) return classesWith(source, pom, { target, mainClass, origin: 'hop3.toml [build.java] main_class' })
  const framework = pom.packaging === 'pom' ? undefined : frameworks.find(({ maven }) => isUsed(plugin(pom, maven)))
  const properties = propertyWords(framework)
  const extension = pom.packaging === 'war' ? 'war' : 'jar'
  const decision = (value: string, name: string): Decision => ({
    key: 'java.start',
    value,
    origin: pom.origin('artifactId').replace(/:\d+$/, '') + `, ${name}`,
  })
  if (framework?.name === 'quarkus') {
    const directory = `${target}/quarkus-app`
    return {
      web: startJar(`${directory}/quarkus-run.jar`, properties),
      goals: [],
      outputs: [directory],
      decision: decision('quarkus-run.jar', framework.maven),
      isWhole: true,
    }
  }
  const boot = plugin(pom, 'spring-boot-maven-plugin')
  const made = framework === undefined ? fatJar(pom) : { suffix: classifier(boot), plugin: framework.maven }
  if (made === undefined) return pom.packaging === 'war' ? war(pom, target) : plainClasses(source, pom, target)
  if (pom.packaging === 'pom') return undefined
  const name = fileName(pom.expand(boot && xmlText(boot.element, 'configuration', 'finalName'))) ?? pom.finalName
  const shaded = made.plugin === 'maven-shade-plugin' ? shadedFile(pom, target) : undefined
  const jar = shaded ?? (name === undefined ? undefined : `${target}/${name}${made.suffix}.${extension}`)
  const words = await startWords(source, pom, mainClassOf(pom))
  return {
    web: jar === undefined ? startSomeJar(target, properties) : startJar(jar, properties + words.properties, words.words),
    goals: [],
    outputs: [jar ?? target],
    decision: decision(jar ?? 'the jar in target', made.plugin),
    isWhole: true,
  }
}

/** `outputFile` of the plugin, inside the directory of the build. */
function shadedFile(pom: Pom, target: string): string | undefined {
  const shade = plugin(pom, 'maven-shade-plugin')
  const written = shade && configured(shade, 'outputFile')?.replace(/^\$\{project\.build\.directory\}\//, '')
  const name = fileName(pom.expand(written))
  return name === undefined ? undefined : `${target}/${name}`
}

/** A jar that brings its dependencies, or names them in its manifest. */
function fatJar(pom: Pom): { readonly suffix: string; readonly plugin: string } | undefined {
  const shade = plugin(pom, 'maven-shade-plugin')
  // Packages under another name are a library's, where nothing says what starts.
  const isLibrary = shade !== undefined && configurations(shade).some((one) => elementsAt(one, 'relocations', 'relocation').length > 0)
  if (shade !== undefined && !(isLibrary && !/mainClass|Main-Class/.test(pom.text))) {
    const isAttached = configured(shade, 'shadedArtifactAttached') === 'true'
    return { suffix: isAttached ? `-${configured(shade, 'shadedClassifierName') ?? 'shaded'}` : '', plugin: shade.artifactId }
  }
  const assembly = plugin(pom, 'maven-assembly-plugin')
  if (
    assembly !== undefined &&
    configurations(assembly).some((one) => elementsAt(one, 'descriptorRefs', 'descriptorRef')[0]?.text === 'jar-with-dependencies')
  ) {
    return { suffix: configured(assembly, 'appendAssemblyId') === 'false' ? '' : '-jar-with-dependencies', plugin: assembly.artifactId }
  }
  const jar = plugin(pom, 'maven-jar-plugin')
  const manifest = jar && configurations(jar).flatMap((one) => elementsAt(one, 'archive', 'manifest'))[0]
  // With dependencies but no class path in the manifest, the jar starts and finds none of them.
  const isWhole = pom.dependencies.size === 0 || (manifest !== undefined && xmlText(manifest, 'addClasspath') === 'true')
  return jar !== undefined && manifest !== undefined && xmlText(manifest, 'mainClass') !== undefined && isWhole
    ? { suffix: '', plugin: jar.artifactId }
    : undefined
}

/** A web application without a server gets one, which is not part of the app. */
function war(pom: Pom, target: string): Runnable {
  const server = /jakarta[.-](?:servlet|platform|jakartaee)/.test(pom.text) ? servers.jakarta : servers.javax
  const [, name = '', version = ''] = server.split(':')
  const jar = `${target}/server/${name}-${version}.jar`
  const file =
    pom.finalName === undefined ? `"$(ls ${shellQuote(target)}/*.war | head -n 1)"` : shellQuote(`${target}/${pom.finalName}.war`)
  return {
    web: startJar(jar, '', ` --host $BIND_ADDRESS --port $PORT ${file}`),
    goals: [`${copyPlugin}:copy -Dartifact=${server} -DoutputDirectory=${shellQuote('${project.build.directory}/server')}`],
    outputs: [`${target}/server`, pom.finalName === undefined ? target : `${target}/${pom.finalName}.war`],
    decision: { key: 'java.start', value: `${pom.artifactId}.war in ${name}`, origin: pom.origin('packaging') },
    isWhole: true,
  }
}

/** The main class of a plugin or a property, else the one a person would look for. */
async function plainClasses(source: SourceView, pom: Pom, target: string): Promise<Runnable | undefined> {
  if (pom.packaging !== 'jar') return undefined
  const named = mainClassOf(pom)
  if (named !== undefined) return classesWith(source, pom, { target, mainClass: named, origin: pom.origin('mainClass') })
  const found = pom.groupId === undefined ? undefined : await usualMainClass(source, pom.directory, pom.groupId)
  return found && classesWith(source, pom, { target, mainClass: found.name, origin: found.file })
}

async function startWords(source: SourceView, pom: Pom, mainClass: string | undefined): Promise<StartWords> {
  if (pom.dependencies.has('dropwizard-core')) return dropwizardWords(source, pom.directory, pom.artifactId)
  return { properties: '', words: ktorArguments(mainClass) }
}

interface MainClass {
  readonly target: string
  readonly mainClass: string
  readonly origin: string
}

async function classesWith(source: SourceView, pom: Pom, { target, mainClass, origin }: MainClass): Promise<Runnable> {
  const { properties, words } = await startWords(source, pom, mainClass)
  const hasDependencies = pom.dependencies.size > 0 || pom.parent !== undefined
  const classes = joinPaths(pom.directory, pom.outputDirectory ?? 'target/classes')
  const path = hasDependencies ? `${classes}:${target}/dependency/*` : classes
  return {
    web: `java $JAVA_OPTS${properties} -cp ${shellQuote(path)} ${shellQuote(mainClass)}${words}`,
    goals: hasDependencies ? [`${copyPlugin}:copy-dependencies -DincludeScope=runtime`] : [],
    outputs: [classes, ...(hasDependencies ? [`${target}/dependency`] : [])],
    decision: { key: 'java.start', value: mainClass, origin },
    isWhole: false,
  }
}

function mainClassOf(pom: Pom): string | undefined {
  const property = ['exec.mainClass', 'main.class', 'mainClass', 'start-class']
    .map((name) => pom.property(name))
    .find((one) => one !== undefined)
  const wanted = ['exec-maven-plugin', 'maven-jar-plugin', 'maven-assembly-plugin', 'maven-shade-plugin'].flatMap(
    (name) => plugin(pom, name) ?? [],
  )
  const places = [['mainClass'], ['archive', 'manifest', 'mainClass'], ['transformers', 'transformer', 'mainClass']] as const
  const texts = wanted.flatMap((one) => configurations(one).flatMap((each) => places.map((path) => pom.expand(xmlText(each, ...path)))))
  return property ?? texts.find((one) => one !== undefined && /^[\w$.]+$/.test(one))
}

function classifier(boot: Plugin | undefined): string {
  const name = boot && configured(boot, 'classifier')
  return name === undefined ? '' : `-${name}`
}

/** `<skip>`: what a parent says is not for this one. */
function isUsed(one: Plugin | undefined): boolean {
  return one !== undefined && configured(one, 'skip') !== 'true'
}

function plugin(pom: Pom, artifactId: string): Plugin | undefined {
  return pom.plugins.find((one) => one.artifactId === artifactId)
}

function configurations({ element }: Plugin): readonly Element[] {
  return [...elementsAt(element, 'configuration'), ...elementsAt(element, 'executions', 'execution', 'configuration')]
}

function configured(one: Plugin, name: string): string | undefined {
  return configurations(one)
    .map((each) => xmlText(each, name))
    .find((text) => text !== undefined)
}
