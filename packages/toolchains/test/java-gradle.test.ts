import { describe, expect, test } from 'vitest'
import { planOf } from './plan-app.ts'

const settings = (more = ''): { 'settings.gradle.kts': string } => ({ 'settings.gradle.kts': `rootProject.name = "shop"\n${more}` })
const plugins = (...ids: string[]): string => `plugins {\n${ids.map((id) => `    id("${id}") version "1.0"`).join('\n')}\n}\n`
const boot = plugins('org.springframework.boot')
const springProperties = '-Dserver.port=$PORT -Dserver.address=$BIND_ADDRESS'

test('a Spring Boot app is built by the wrapper into one jar, and nothing stays running', async () => {
  const { phases, processes, exclude } = await planOf('java', {
    ...settings(),
    'build.gradle.kts': `${boot}version = "1.0"\n`,
    gradlew: '#!/bin/sh\n',
  })
  expect(phases).toEqual({
    build: {
      cmds: ['javac -version', 'sh ./gradlew --no-daemon --console=plain :bootJar'],
      cacheDirectories: ['~/.gradle/caches', '~/.gradle/wrapper'],
      outputs: ['build/libs/shop-1.0.jar'],
    },
  })
  expect(processes).toEqual({ web: `java $JAVA_OPTS ${springProperties} -jar build/libs/shop-1.0.jar` })
  expect(exclude).toEqual(['/.gradle', '/build', '/.hop3-tools'])
})

describe('what is started', () => {
  test.each([
    [
      'Groovy',
      "plugins {\n  id 'org.springframework.boot' version '3.4.5'\n}\nversion = '2.0'\n",
      `java $JAVA_OPTS ${springProperties} -jar build/libs/shop-2.0.jar`,
    ],
    ['no version', boot, `java $JAVA_OPTS ${springProperties} -jar build/libs/shop.jar`],
    [
      'a name for the archive',
      `${boot}tasks.bootJar { archiveFileName.set("app.jar") }\n`,
      `java $JAVA_OPTS ${springProperties} -jar build/libs/app.jar`,
    ],
    ['the application plugin', 'plugins {\n    application\n}\n', 'build/install/shop/bin/shop'],
    ['an old way to apply it', "apply plugin: 'application'\n", 'build/install/shop/bin/shop'],
    ['Ktor', `${plugins('io.ktor.plugin')}application {\n  mainClass.set("com.example.ApplicationKt")\n}\n`, 'build/install/shop/bin/shop'],
    [
      "Ktor's own main class",
      `${plugins('io.ktor.plugin')}application {\n  mainClass = "io.ktor.server.netty.EngineMain"\n}\n`,
      'build/install/shop/bin/shop -port=$PORT -host=$BIND_ADDRESS',
    ],
    [
      'Micronaut',
      plugins('io.micronaut.application'),
      'JAVA_OPTS="$JAVA_OPTS -Dmicronaut.server.port=$PORT -Dmicronaut.server.host=$BIND_ADDRESS" build/install/shop/bin/shop',
    ],
    [
      'Quarkus',
      plugins('io.quarkus'),
      'java $JAVA_OPTS -Dquarkus.http.port=$PORT -Dquarkus.http.host=$BIND_ADDRESS -jar build/quarkus-app/quarkus-run.jar',
    ],
  ])('of %s', async (_what, text, web) => {
    expect((await planOf('java', { ...settings(), 'build.gradle.kts': text })).processes).toEqual({ web })
  })

  test.each([
    ['a version of an expression', { ...settings(), 'build.gradle.kts': `${boot}version = providers.gradleProperty("v").get()\n` }],
    ['a project without a name', { 'build.gradle': `${boot}version = '1.0'\n` }],
    ['only a shaded jar', { ...settings(), 'build.gradle': plugins('com.gradleup.shadow') }],
    ['only a manifest', { ...settings(), 'build.gradle': "jar { manifest { attributes 'Main-Class': 'App' } }\n" }],
  ])('of %s is found in the shell', async (_what, files) => {
    expect((await planOf('java', files)).processes['web']).toMatch(
      /-jar "\$\(ls build\/libs\/\*\.jar \| grep -Ev .*plain.* \| head -n 1\)"$/,
    )
  })

  test('of comments is nothing', async () => {
    const text = '// id("org.springframework.boot")\n/*\n  application\n*/\nval url = "https://example.com"\n'
    expect((await planOf('java', { ...settings(), 'build.gradle.kts': text })).processes).toEqual({})
  })

  test.each([
    ['the id of an alias', 'id(libs.plugins.spring.boot.get().pluginId)', 'gradle/libs.versions.toml', ''],
    ['a property of its own for that', 'id(libs.plugins.spring.boot.pluginId)', 'gradle/libs.versions.toml', ''],
    [
      'a catalog that lies elsewhere',
      'alias(libs.plugins.spring.boot)',
      'libs.versions.toml',
      'dependencyResolutionManagement {\n  versionCatalogs {\n    create("libs") {\n      from(files("libs.versions.toml"))\n    }\n  }\n}\n',
    ],
  ])('by %s', async (_what, line, file, more) => {
    const { processes } = await planOf('java', {
      ...settings(more),
      'build.gradle.kts': `plugins {\n  ${line}\n}\nversion = "1.0"\n`,
      [file]: '[plugins]\nspring-boot = { id = "org.springframework.boot", version = "3.4.5" }\n',
    })
    expect(processes).toEqual({ web: `java $JAVA_OPTS ${springProperties} -jar build/libs/shop-1.0.jar` })
  })

  test('by no alias the version catalog does not have', async () => {
    const { processes } = await planOf('java', {
      'settings.gradle': "rootProject.name = 'shop'\n",
      'build.gradle': 'plugins {\n  id "application"\n  alias(libs.plugins.constructor)\n}\n',
      'gradle/libs.versions.toml': '[plugins]\n',
    })
    expect(processes['web']).toContain('shop')
  })

  test('by an alias of the version catalog', async () => {
    const catalog = '[plugins]\nspring-boot = { id = "org.springframework.boot", version = "3.4.5" }\nshadow = "com.gradleup.shadow:8.0"\n'
    const files = {
      ...settings(),
      'gradle/libs.versions.toml': catalog,
      'build.gradle.kts': 'plugins {\n  alias(libs.plugins.spring.boot)\n}\n',
    }
    expect((await planOf('java', files)).processes['web']).toContain('-jar build/libs/shop.jar')
  })
})

describe('several modules', () => {
  const files = {
    ...settings('include(":core", ":server")\ninclude("jobs")\n'),
    'build.gradle.kts':
      'plugins {\n  id("org.springframework.boot") version "3.4.5" apply false\n  kotlin("jvm") version "2.1.20" apply false\n}\n',
    'core/build.gradle.kts': 'plugins {\n  kotlin("jvm")\n}\n',
    'server/build.gradle.kts': `${boot}kotlin {\n  jvmToolchain(21)\n}\n`,
    'jobs/build.gradle.kts': 'plugins { `java-library` }\n',
  }

  test('build the one that is started', async () => {
    const { kind, phases, processes, versions } = await planOf('java', files)
    expect({ kind, versions }).toEqual({ kind: 'kotlin', versions: { java: { version: '21', origin: 'server/build.gradle.kts:5' } } })
    expect(phases['build']).toMatchObject({
      cmds: ['javac -version', 'gradle --no-daemon --console=plain :server:bootJar'],
      outputs: ['server/build/libs/server.jar'],
    })
    expect(processes['web']).toMatch(/-jar server\/build\/libs\/server\.jar$/)
  })

  test('that nothing tells apart are an error', async () => {
    const two = { ...files, ...settings('include("one", "two")\n'), 'one/build.gradle': boot, 'two/build.gradle': boot }
    await expect(planOf('java', two)).rejects.toMatchObject({
      code: 'config.java.several-modules',
      hint: expect.stringContaining('module = "one"'),
    })
    expect((await planOf('java', two, { options: { module: ':two' } })).phases['build']?.cmds?.at(-1)).toContain(':two:bootJar')
  })
})

describe('the Gradle of the wrapper', () => {
  const wrapped = (gradle: string, text: string): Record<string, string> => ({
    ...settings(),
    gradlew: '',
    'build.gradle': text,
    'gradle/wrapper/gradle-wrapper.properties': `distributionBase=GRADLE_USER_HOME\ndistributionUrl=https\\://services.gradle.org/distributions/gradle-${gradle}-bin.zip\n`,
  })
  const level = (version: string): string => `${boot}sourceCompatibility = '${version}'\n`
  const properties = 'gradle/wrapper/gradle-wrapper.properties:2'

  test.each([
    ['7.2', level('1.8'), { version: '>=8 <17', origin: `build.gradle:4, ${properties}` }],
    ['8.2.1', level('17'), { version: '>=17 <20', origin: `build.gradle:4, ${properties}` }],
    ['8.14.3', level('17'), { version: '>=17 <25', origin: `build.gradle:4, ${properties}` }],
    ['7.6', boot, { version: '<20', origin: properties }],
    ['9.0.0', level('11'), { version: '>=17 <25', origin: `build.gradle:4, ${properties}` }],
    ['99.1', level('21'), { version: '>=21', origin: `build.gradle:4, ${properties}` }],
  ])('%s says which Java runs it', async (gradle, text, java) => {
    expect((await planOf('java', wrapped(gradle, text))).versions).toEqual({ java })
  })

  test('leaves a Java alone that runs it', async () => {
    const files = { ...wrapped('8.5', boot), '.java-version': '21\n' }
    expect((await planOf('java', files)).versions).toEqual({ java: { version: '21', origin: '.java-version:1' } })
  })

  test.each([
    ['a file asks for', { ...wrapped('7.2', boot), '.java-version': '21\n' }, '.java-version:1 asks for java "21"'],
    ['the sources need', wrapped('7.2', level('17')), 'build.gradle:4 asks for java ">=17"'],
  ])('runs on no Java that %s', async (_what, files, start) => {
    await expect(planOf('java', files)).rejects.toMatchObject({
      code: 'config.java.version-conflict',
      message: `${start}, but ${properties} allows only "<17".`,
    })
  })

  test('counts only where the wrapper is used', async () => {
    const { gradlew: _, ...files } = wrapped('7.2', level('17'))
    expect((await planOf('java', files)).versions).toEqual({ java: { version: '>=17', origin: 'build.gradle:4' } })
  })
})

describe('what the root says for those below', () => {
  const files = (block: string): Record<string, string> => ({
    ...settings('include "core", "web"\n'),
    'build.gradle': `plugins {\n  id 'org.springframework.boot' version '3.4.5' apply false\n}\n${block} {\n  apply plugin: 'java'\n  apply plugin: 'org.springframework.boot'\n}\n`,
    'core/build.gradle': 'bootJar {\n  enabled = false\n}\n',
    'web/build.gradle': '',
  })

  test.each(['subprojects', 'configure(subprojects)'])('by %s is theirs and not its own', async (block) => {
    const { phases, processes } = await planOf('java', files(block))
    expect(phases['build']?.cmds?.at(-1)).toContain(':web:bootJar')
    expect(processes).toEqual({ web: `java $JAVA_OPTS ${springProperties} -jar web/build/libs/web.jar` })
  })

  test.each([
    ['the root', { ...files('subprojects { version = "1.0" }\nsubprojects') }],
    ['gradle.properties', { ...files('subprojects'), 'gradle.properties': 'group=x\nversion=1.0\n' }],
  ])('of a version, in %s, makes the name of the jar unknown', async (_what, all) => {
    expect((await planOf('java', all)).processes['web']).toContain('ls web/build/libs/*.jar')
  })

  test.each(['bootJar.enabled = false', 'tasks.named("bootJar") {\n  enabled = false\n}', 'tasks.bootJar { enabled.set(false) }'])(
    'is turned off by %s',
    async (text) => {
      expect((await planOf('java', { ...settings(), 'build.gradle': `${boot}${text}\n` })).processes).toEqual({})
    },
  )
})
