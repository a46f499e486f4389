import { testToolchain } from '@hop3/testing'
import { describe, expect, test } from 'vitest'
import { planOf, toolchainNamed, verdictOf } from './plan-app.ts'

const pom = (inside = ''): string =>
  `<project>\n<groupId>com.example</groupId><artifactId>shop</artifactId><version>1.0</version>\n${inside}\n</project>\n`
const boot = '<build><plugins><plugin><artifactId>spring-boot-maven-plugin</artifactId></plugin></plugins></build>'

testToolchain({
  factory: toolchainNamed('java'),
  accepts: { 'pom.xml': pom(boot) },
  rejects: { 'build.gradle': "plugins {\n  id 'com.android.application'\n}\n" },
  contradicts: { 'pom.xml': '<project>\n<artifactId>shop</project>\n' },
})

describe('the version', () => {
  const level = (text: string): string =>
    pom(`<properties>\n<maven.compiler.release>${text}</maven.compiler.release>\n</properties>${boot}`)

  test.each([
    ['the level', { 'pom.xml': level('17') }, '>=17', 'pom.xml:4'],
    ['an old level', { 'pom.xml': level('1.8') }, '>=8', 'pom.xml:4'],
    [
      'the compiler plugin',
      {
        'pom.xml': pom(
          '<build><plugins><plugin><artifactId>maven-compiler-plugin</artifactId><configuration>\n<release>21</release></configuration></plugin></plugins></build>',
        ),
      },
      '>=21',
      'pom.xml:4',
    ],
    ['.java-version', { 'pom.xml': level('17'), '.java-version': 'temurin-21.0.2\n' }, '21.0.2', '.java-version:1'],
    ['.sdkmanrc', { 'pom.xml': pom(), '.sdkmanrc': '# sdk env\njava=21.0.2-tem\n' }, '21.0.2', '.sdkmanrc:2'],
    ['system.properties', { 'pom.xml': pom(), 'system.properties': 'java.runtime.version=17\n' }, '17', 'system.properties:1'],
    ['.tool-versions', { 'pom.xml': pom(), '.tool-versions': 'java openjdk-17.0.2\n' }, '17.0.2', '.tool-versions:1'],
    ['mise.toml', { 'pom.xml': pom(), 'mise.toml': '[tools]\njava = "corretto-21"\n' }, '21', 'mise.toml:2'],
    [
      'a Gradle toolchain',
      { 'build.gradle.kts': 'java {\n  toolchain { languageVersion = JavaLanguageVersion.of(21) }\n}\n' },
      '21',
      'build.gradle.kts:2',
    ],
    ['a Kotlin toolchain', { 'build.gradle.kts': 'kotlin {\n  jvmToolchain(17)\n}\n' }, '17', 'build.gradle.kts:2'],
    ['Gradle compatibility', { 'build.gradle': 'sourceCompatibility = JavaVersion.VERSION_1_8\n' }, '>=8', 'build.gradle:1'],
  ])('of %s', async (_what, files, version, origin) => {
    expect((await planOf('java', files)).versions).toEqual({ java: { version, origin } })
  })

  test('older than the level is an error', async () => {
    await expect(planOf('java', { 'pom.xml': level('21'), '.java-version': '17' })).rejects.toMatchObject({
      code: 'config.java.version-conflict',
      message: '.java-version:1 asks for java "17", but pom.xml:4 allows only ">=21".',
    })
  })

  test('that is none is an error', async () => {
    await expect(planOf('java', { 'pom.xml': pom(), '.java-version': 'newest' })).rejects.toMatchObject({ code: 'config.java.version' })
  })
})

describe('sbt', () => {
  const packager = 'addSbtPlugin("com.github.sbt" % "sbt-native-packager" % "1.11.1")\n'

  test('stages with its packager, and starts the script by its name', async () => {
    const { kind, phases, processes } = await planOf('java', { 'build.sbt': 'name := "My Shop"\n', 'project/plugins.sbt': packager })
    expect({ kind, build: phases['build'], processes }).toMatchObject({
      kind: 'scala',
      build: { cmds: ['javac -version', 'sbt stage'], outputs: ['target/universal/stage'] },
      processes: { web: 'target/universal/stage/bin/my-shop' },
    })
  })

  test('of several names finds the script', async () => {
    const { processes } = await planOf('java', { 'build.sbt': 'name := "a"\nname := "b"\n', 'project/plugins.sbt': packager })
    expect(processes['web']).toBe(String.raw`"$(ls target/universal/stage/bin/* | grep -v '\.bat$' | head -n 1)"`)
  })

  test('tells Play where to listen', async () => {
    const plugins = 'addSbtPlugin("org.playframework" % "sbt-plugin" % "3.0.5")\n'
    const { processes } = await planOf('java', { 'build.sbt': 'name := "shop"\n', 'project/plugins.sbt': plugins })
    expect(processes['web']).toMatch(/^JAVA_OPTS="\$JAVA_OPTS -Dplay\.server\.http\.port=\$PORT .*" target\/universal\/stage\/bin\/shop$/)
  })

  test('assembles with sbt-assembly', async () => {
    const plugins = 'addSbtPlugin("com.eed3si9n" % "sbt-assembly" % "2.3.1")\n'
    const { phases, processes } = await planOf('java', { 'build.sbt': 'name := "shop"\n', 'project/assembly.sbt': plugins })
    expect(phases['build']?.cmds?.at(-1)).toBe('sbt assembly')
    expect(processes['web']).toContain('ls target/scala-*/*assembly*.jar')
  })

  test('that makes no program says what to add', async () => {
    const { processes, warnings } = await planOf('java', { 'build.sbt': 'name := "shop"\n' })
    expect({ processes, warnings }).toEqual({ processes: {}, warnings: [expect.stringContaining('sbt-native-packager')] })
  })
})

describe('of several build tools', () => {
  const both = {
    'pom.xml': pom(boot),
    'build.gradle': "plugins {\n  id 'application'\n}\n",
    'settings.gradle': "rootProject.name = 'shop'\n",
  }

  test('Maven is taken, or the one that is asked for', async () => {
    expect((await planOf('java', both)).phases['build']?.cmds?.[1]).toContain('mvn ')
    expect((await planOf('java', both, { options: { build_tool: 'gradle' } })).phases['build']?.cmds?.[1]).toContain('gradle ')
  })

  test('one that is not there is an error', async () => {
    await expect(planOf('java', both, { options: { build_tool: 'sbt' } })).rejects.toMatchObject({ code: 'config.java.no-build' })
  })
})

test('a jar alone is started as it is', async () => {
  expect(await verdictOf('java', { 'shop.jar': '' })).toMatchObject({ accepted: true, evidence: ['shop.jar'] })
  expect((await planOf('java', { 'shop.jar': '' })).processes).toEqual({ web: 'java $JAVA_OPTS -jar shop.jar' })
  expect(await verdictOf('java', { 'a.jar': '', 'b.jar': '' })).toMatchObject({ accepted: false })
  await expect(planOf('java', { 'a.jar': '', 'b.jar': '' })).rejects.toMatchObject({ code: 'config.java.no-build' })
})
