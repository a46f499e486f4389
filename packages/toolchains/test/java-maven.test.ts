import { describe, expect, test } from 'vitest'
import { planOf } from './plan-app.ts'

const pom = (inside = '', artifactId = 'shop'): string =>
  `<?xml version="1.0"?>\n<!-- <packaging>war</packaging> -->\n<project xmlns="http://maven.apache.org/POM/4.0.0">\n<groupId>com.example</groupId>\n<artifactId>${artifactId}</artifactId>\n<version>1.0</version>\n${inside}\n</project>\n`
const plugins = (...texts: string[]): string =>
  `<build><plugins>${texts.map((text) => `<plugin>${text}</plugin>`).join('')}</plugins></build>`
const plugin = (name: string, configuration = ''): string =>
  `<artifactId>${name}</artifactId><configuration>${configuration}</configuration>`
const boot = plugins(plugin('spring-boot-maven-plugin'))
const springProperties = '-Dserver.port=$PORT -Dserver.address=$BIND_ADDRESS'
const dependency = '<dependencies><dependency><artifactId>jackson</artifactId></dependency></dependencies>'
const main = 'package com.example;\nclass App { public static void main(String[] words) {} }\n'

test('a Spring Boot app is fetched by its pom, built without tests and told its port', async () => {
  const { kind, phases, processes, exclude } = await planOf('java', { 'pom.xml': pom(boot) })
  expect({ kind, processes }).toEqual({ kind: 'java', processes: { web: `java $JAVA_OPTS ${springProperties} -jar target/shop-1.0.jar` } })
  expect(phases).toEqual({
    install: {
      cmds: [
        'mvn -B -ntp org.apache.maven.plugins:maven-dependency-plugin:3.8.1:go-offline',
        'mkdir -p .hop3-tools && touch .hop3-tools/maven',
      ],
      onlyIncludeFiles: ['pom.xml'],
      cacheDirectories: ['~/.m2/repository', '~/.m2/wrapper'],
      outputs: ['.hop3-tools/maven'],
    },
    build: {
      cmds: ['javac -version', 'mvn -B -ntp -DskipTests package'],
      cacheDirectories: ['~/.m2/repository', '~/.m2/wrapper'],
      outputs: ['target/shop-1.0.jar'],
    },
  })
  expect(exclude).toEqual(['/target', '/.hop3-tools'])
})

test('the wrapper is used where there is one, and private repositories are named', async () => {
  const { phases } = await planOf('java', {
    'pom.xml': pom(boot),
    mvnw: '#!/bin/sh\n',
    '.mvn/wrapper/maven-wrapper.properties': '',
    '.mvn/settings.xml': '<settings><password>${env.REPOSITORY_TOKEN}</password></settings>',
  })
  expect(phases['install']).toMatchObject({
    cmds: [expect.stringMatching(/^sh \.\/mvnw -B -ntp /), expect.any(String)],
    onlyIncludeFiles: ['pom.xml', 'mvnw', '.mvn/settings.xml', '.mvn/wrapper/maven-wrapper.properties'],
    secrets: ['REPOSITORY_TOKEN'],
  })
  expect(phases['build']).toMatchObject({ secrets: ['REPOSITORY_TOKEN'] })
})

describe('what is started', () => {
  test.each([
    [
      'a name of its own',
      boot.replace('<plugins>', '<finalName>app</finalName><plugins>'),
      `java $JAVA_OPTS ${springProperties} -jar target/app.jar`,
    ],
    [
      'a name that leads out of the directory of the build',
      boot.replace('<plugins>', '<finalName>../../app</finalName><plugins>'),
      expect.stringContaining('ls target/*.jar'),
    ],
    ['a war of Spring Boot', `<packaging>war</packaging>${boot}`, `java $JAVA_OPTS ${springProperties} -jar target/shop-1.0.war`],
    [
      'a classifier',
      plugins(plugin('spring-boot-maven-plugin', '<classifier>exec</classifier>')),
      `java $JAVA_OPTS ${springProperties} -jar target/shop-1.0-exec.jar`,
    ],
    [
      'Quarkus',
      plugins(plugin('quarkus-maven-plugin')),
      'java $JAVA_OPTS -Dquarkus.http.port=$PORT -Dquarkus.http.host=$BIND_ADDRESS -jar target/quarkus-app/quarkus-run.jar',
    ],
    [
      'Micronaut',
      plugins(plugin('micronaut-maven-plugin')),
      'java $JAVA_OPTS -Dmicronaut.server.port=$PORT -Dmicronaut.server.host=$BIND_ADDRESS -jar target/shop-1.0.jar',
    ],
    ['a shaded jar', plugins(plugin('maven-shade-plugin')), 'java $JAVA_OPTS -jar target/shop-1.0.jar'],
    [
      'a shaded jar beside the plain one',
      plugins(plugin('maven-shade-plugin', '<shadedArtifactAttached>true</shadedArtifactAttached>')),
      'java $JAVA_OPTS -jar target/shop-1.0-shaded.jar',
    ],
    [
      'an assembly',
      plugins(plugin('maven-assembly-plugin', '<descriptorRefs><descriptorRef>jar-with-dependencies</descriptorRef></descriptorRefs>')),
      'java $JAVA_OPTS -jar target/shop-1.0-jar-with-dependencies.jar',
    ],
    [
      'a manifest',
      plugins(plugin('maven-jar-plugin', '<archive><manifest><mainClass>com.example.App</mainClass></manifest></archive>')),
      'java $JAVA_OPTS -jar target/shop-1.0.jar',
    ],
    [
      'a manifest without its dependencies',
      `${dependency}${plugins(plugin('maven-jar-plugin', '<archive><manifest><mainClass>com.example.App</mainClass></manifest></archive>'))}`,
      "java $JAVA_OPTS -cp 'target/classes:target/dependency/*' com.example.App",
    ],
    [
      'a main class of a property',
      '<properties><exec.mainClass>com.example.Web</exec.mainClass></properties>',
      'java $JAVA_OPTS -cp target/classes com.example.Web',
    ],
    [
      "Ktor's own main class",
      '<properties><main.class>io.ktor.server.netty.EngineMain</main.class></properties>',
      'java $JAVA_OPTS -cp target/classes io.ktor.server.netty.EngineMain -port=$PORT -host=$BIND_ADDRESS',
    ],
    [
      'a war without a server',
      '<packaging>war</packaging>',
      'java $JAVA_OPTS -jar target/server/jetty-runner-9.4.57.v20241219.jar --host $BIND_ADDRESS --port $PORT target/shop-1.0.war',
    ],
  ])('of %s', async (_what, inside, web) => {
    expect((await planOf('java', { 'pom.xml': pom(inside) })).processes).toEqual({ web })
  })

  test('of an expression is followed', async () => {
    const text = pom(`<properties><revision>2.\${minor}</revision><minor>3</minor></properties>${boot}`).replace('>1.0<', '>${revision}<')
    expect((await planOf('java', { 'pom.xml': text })).processes['web']).toContain('-jar target/shop-2.3.jar')
  })

  test('of a version only Maven knows is found in the shell', async () => {
    const text = pom(boot).replace('<version>1.0</version>', '<version>${changelist}</version>')
    const { phases, processes } = await planOf('java', { 'pom.xml': text })
    expect(processes['web']).toContain('-jar "$(ls target/*.jar | grep -Ev ')
    expect(phases['build']?.outputs).toEqual(['target'])
  })

  test("is a class of the archetype's name, with the dependencies beside it", async () => {
    const { phases, processes, decisions } = await planOf('java', {
      'pom.xml': pom(dependency),
      'src/main/java/com/example/App.java': main,
    })
    expect(processes).toEqual({ web: "java $JAVA_OPTS -cp 'target/classes:target/dependency/*' com.example.App" })
    expect(phases['build']).toMatchObject({
      cmds: ['javac -version', expect.stringMatching(/package \S+:3\.8\.1:copy-dependencies -DincludeScope=runtime$/)],
      outputs: ['target/classes', 'target/dependency'],
    })
    expect(decisions).toContainEqual({ key: 'java.start', value: 'com.example.App', origin: 'src/main/java/com/example/App.java' })
  })

  test('is what the options say', async () => {
    const files = { 'pom.xml': pom(boot) }
    expect((await planOf('java', files, { options: { jar: 'target/other.jar' } })).processes).toEqual({
      web: 'java $JAVA_OPTS -jar target/other.jar',
    })
    expect((await planOf('java', files, { options: { main_class: 'com.example.Web' } })).processes['web']).toBe(
      'java $JAVA_OPTS -cp target/classes com.example.Web',
    )
  })

  test('of a library is nothing, and the warning says what to write', async () => {
    const { processes, warnings } = await planOf('java', { 'pom.xml': pom() })
    expect({ processes, warnings }).toEqual({ processes: {}, warnings: [expect.stringContaining('main_class = "com.example.App"')] })
  })
})

describe('a program that', () => {
  const dropwizard = pom(
    `<dependencies><dependency><artifactId>dropwizard-core</artifactId></dependency></dependencies>${plugins(plugin('maven-shade-plugin'))}`,
  )
  const simple =
    '"-Ddw.server.type=simple" "-Ddw.server.applicationContextPath=/" "-Ddw.server.connector.type=http" "-Ddw.server.connector.port=$PORT" "-Ddw.server.connector.bindHost=$BIND_ADDRESS"'

  test.each([
    ['nothing', {}, simple, 'server'],
    ['its configuration', { 'config.yml': 'logging:\n  level: INFO\n' }, simple, 'server config.yml'],
    [
      'its own servers',
      {
        'docker-compose.yml': '',
        'shop.yml': 'server:\n  applicationConnectors:\n    - type: http\n      port: 9000\n  adminConnectors:\n    - type: http\n',
      },
      '"-Ddw.server.applicationConnectors[0].port=$PORT" "-Ddw.server.applicationConnectors[0].bindHost=$BIND_ADDRESS" "-Ddw.server.adminConnectors[0].port=0"',
      'server shop.yml',
    ],
  ])('Dropwizard makes is told to serve by %s', async (_what, files, properties, words) => {
    const { processes } = await planOf('java', { 'pom.xml': dropwizard, ...files })
    expect(processes).toEqual({ web: `java $JAVA_OPTS ${properties} -jar target/shop-1.0.jar ${words}` })
  })

  test('the shade plugin only renames packages for is a library, unless it names what starts', async () => {
    const relocations = '<relocations><relocation><pattern>org.jctools</pattern></relocation></relocations>'
    const of = (more: string): string => pom(plugins(plugin('maven-shade-plugin', relocations + more)))
    expect((await planOf('java', { 'pom.xml': of('') })).processes).toEqual({})
    const transformer = '<transformers><transformer><mainClass>com.example.App</mainClass></transformer></transformers>'
    expect((await planOf('java', { 'pom.xml': of(transformer) })).processes).toEqual({ web: 'java $JAVA_OPTS -jar target/shop-1.0.jar' })
  })

  test('the shade plugin writes elsewhere is started there', async () => {
    const shade = plugin('maven-shade-plugin', '<outputFile>${project.build.directory}/${project.artifactId}-fat.jar</outputFile>')
    expect((await planOf('java', { 'pom.xml': pom(plugins(shade)) })).processes).toEqual({
      web: 'java $JAVA_OPTS -jar target/shop-fat.jar',
    })
  })

  test.each([
    ['.start(7070)', '7070'],
    ['new InetSocketAddress("localhost", 8080)', '8080'],
    ['create("http://localhost:9998/"); createHttpServer(uri)', '9998'],
  ])('is the only one of its package and says %s is started, with a warning', async (text, port) => {
    const hello = `package com.example;\nimport io.x.Server;\nclass Hello { public static void main(String[] words) { ${text}; } }\n`
    const files = {
      'pom.xml': pom(),
      'src/main/java/com/example/Hello.java': hello,
      'src/main/java/com/example/Other.java': 'class Other {}',
    }
    const { processes, warnings } = await planOf('java', files)
    expect(processes).toEqual({ web: 'java $JAVA_OPTS -cp target/classes com.example.Hello' })
    expect(warnings).toEqual([expect.stringMatching(new RegExp(`Hello\\.java:3 listens on port ${port},.*getenv\\("PORT"\\)`))])
    const two = { ...files, 'src/main/java/com/example/Other.java': hello.replace('Hello', 'Other') }
    expect((await planOf('java', two)).processes).toEqual({})
  })
})

describe('several modules', () => {
  const parent = pom(
    '<packaging>pom</packaging><modules><module>core</module><module>server</module><module>jobs</module></modules>',
    'shop-parent',
  )
  const files = {
    'pom.xml': parent,
    'core/pom.xml': pom('', 'shop-core'),
    'server/pom.xml': pom(boot, 'shop-server'),
    'jobs/pom.xml': pom('', 'shop-jobs'),
  }

  test('build the one that is started with what it needs, without a phase of their own to fetch', async () => {
    const { phases, processes, exclude } = await planOf('java', files)
    expect(Object.keys(phases)).toEqual(['build'])
    expect(phases['build']).toMatchObject({
      cmds: ['javac -version', 'mvn -B -ntp -DskipTests -pl server -am package'],
      outputs: ['server/target/shop-server-1.0.jar'],
    })
    expect(processes['web']).toMatch(/-jar server\/target\/shop-server-1\.0\.jar$/)
    expect(exclude).toEqual(expect.arrayContaining(['/target', '/core/target', '/server/target']))
  })

  test('are all built for classes that run where they lie, and a benchmark among them is not what is started', async () => {
    const run = plugin('exec-maven-plugin', '<mainClass>com.example.Start</mainClass>')
    const { phases, processes } = await planOf('java', {
      'pom.xml': parent.replace('jobs', 'benchmark'),
      'core/pom.xml': pom('', 'shop-core'),
      'server/pom.xml': pom(plugins(run).replace('<plugins>', '<outputDirectory>classes</outputDirectory><plugins>'), 'shop-server'),
      'benchmark/pom.xml': pom(plugins(plugin('maven-shade-plugin')), 'shop-jmh'),
    })
    expect(processes).toEqual({ web: 'java $JAVA_OPTS -cp server/classes com.example.Start' })
    expect(phases['build']).toEqual({ cmds: ['javac -version', 'mvn -B -ntp -DskipTests package'], cacheDirectories: expect.any(Array) })
  })

  const two = { ...files, 'jobs/pom.xml': pom(boot, 'shop-jobs') }

  test('that can all be started are told apart by name, and it is announced', async () => {
    const { decisions, warnings } = await planOf('java', two)
    expect(decisions).toContainEqual(expect.objectContaining({ key: 'java.module', value: 'server' }))
    expect(warnings).toEqual(['The module server is started, not jobs: [build.java] module = "…" decides.'])
    expect((await planOf('java', two, { options: { module: 'jobs' } })).processes['web']).toMatch(/-jar jobs\/target\/shop-jobs-1\.0\.jar$/)
  })

  test.each([
    [{ ...two, 'server/pom.xml': pom(boot, 'shop-mail') }, {}, 'config.java.several-modules', 'module = "server"'],
    [two, { module: 'front' }, 'config.java.module', 'core, server, jobs'],
  ])('that nothing tells apart are an error', async (modules, options, code, hint) => {
    await expect(planOf('java', modules, { options })).rejects.toMatchObject({ code, hint: expect.stringContaining(hint) })
  })
})

describe('a pom', () => {
  test.each([
    ['ends early', '<project>\n<artifactId>shop</artifactId>\n', 'pom.xml:3 ends before its elements do.'],
    ['closes another element', '<project>\n<a></b>\n</project>', 'pom.xml:2 has </b>, which closes nothing.'],
    ['has a comment without an end', '<project>\n<!-- <!-- <!--', 'pom.xml:2 is no XML.'],
    ['is no XML', '<project>\n<a <b>\n</project>', 'pom.xml:2 is no XML.'],
    ['is empty', '', 'pom.xml:1 ends before its elements do.'],
  ])('that %s is an error with its line', async (_what, text, message) => {
    await expect(planOf('java', { 'pom.xml': text })).rejects.toMatchObject({ code: 'config.java.xml', message })
  })

  test('is read through declarations, comments, verbatim text, entities and attributes', async () => {
    const text = pom(`<name a="1" b='2'>A &amp; B<![CDATA[<x>]]></name><url/>${boot}`)
    expect((await planOf('java', { 'pom.xml': `\uFEFF${text}`.replaceAll('\n', '\r\n') })).processes['web']).toContain(
      'target/shop-1.0.jar',
    )
  })
})

test('the name a parent gives is that of its modules, each with its own in it', async () => {
  const files = {
    'pom.xml': pom(
      '<packaging>pom</packaging><modules><module>web</module></modules><build><finalName>${project.artifactId}</finalName></build>',
      'parent',
    ),
    'web/pom.xml': pom(boot, 'web'),
  }
  expect((await planOf('java', files)).processes['web']).toContain('-jar web/target/web.jar')
})

describe('profiles', () => {
  const profile = (activation: string, inside: string): string => `<profile><activation>${activation}</activation>${inside}</profile>`
  const named = (name: string): string => `<property><name>${name}</name></property>`
  const modules = (...names: string[]): string => `<modules>${names.map((name) => `<module>${name}</module>`).join('')}</modules>`
  const files = (...profiles: string[]): Record<string, string> => ({
    'pom.xml': pom(`<packaging>pom</packaging><profiles>${profiles.join('')}</profiles>`, 'shop-parent'),
    'core/pom.xml': pom('', 'core'),
    'server/pom.xml': pom(boot, 'server'),
    'other/pom.xml': pom(boot, 'other'),
  })
  const started = 'java $JAVA_OPTS -Dserver.port=$PORT -Dserver.address=$BIND_ADDRESS -jar server/target/server-1.0.jar'

  test.each([
    [
      'by default',
      [profile(named('lib'), modules('other')), profile('<activeByDefault>true</activeByDefault>', modules('core', 'server'))],
    ],
    [
      'without a property, which turns the default ones off',
      [profile('<activeByDefault>true</activeByDefault>', modules('other')), profile(named('!lib'), modules('core', 'server'))],
    ],
  ])('that are active %s have a say', async (_what, profiles) => {
    expect((await planOf('java', files(...profiles))).processes).toEqual({ web: started })
  })

  test('bring plugins as well', async () => {
    const text = pom(`<profiles>${profile('<activeByDefault>true</activeByDefault>', boot)}</profiles>`)
    expect((await planOf('java', { 'pom.xml': text })).processes['web']).toContain('target/shop-1.0.jar')
  })
})

test('the level of a parent is where the parent says it', async () => {
  const { versions } = await planOf('java', {
    'pom.xml': pom(
      '<packaging>pom</packaging><modules><module>web</module></modules>\n<properties><java.version>17</java.version></properties>',
    ),
    'web/pom.xml': pom(boot, 'web'),
  })
  expect(versions['java']).toEqual({ version: '>=17', origin: 'pom.xml:8' })
})

describe('the plugin of a parent', () => {
  const child = (name: string, more = ''): string =>
    pom(`<parent><groupId>com.example</groupId><artifactId>shop</artifactId><version>1.0</version></parent>${more}`, name)
  const files = (root: string): Record<string, string> => ({
    'pom.xml': pom(`<packaging>pom</packaging><modules><module>core</module><module>server</module></modules>${root}`),
    'core/pom.xml': child('core', plugins(plugin('spring-boot-maven-plugin', '<skip>true</skip>'))),
    'server/pom.xml': child('server'),
    'server/src/main/resources/application.yml': '',
  })
  const onFile = (kind: string): string =>
    `<profiles><profile><activation><file><${kind}>src/main/resources/application.yml</${kind}></file></activation>${boot}</profile></profiles>`

  test.each([
    ['is that of its modules', boot],
    ['is that of those with the file it asks for', onFile('exists')],
  ])('%s', async (_what, root) => {
    expect((await planOf('java', files(root))).processes['web']).toContain('-jar server/target/server-1.0.jar')
  })

  test.each([
    ['it keeps to itself', plugins('<artifactId>spring-boot-maven-plugin</artifactId><inherited>false</inherited>')],
    ['it has where a file is missing', onFile('missing')],
  ])('that %s is not', async (_what, root) => {
    expect((await planOf('java', files(root))).processes).toEqual({})
  })

  test('makes apps of all of them, of which one has to be named', async () => {
    const all = { ...files(boot), 'core/pom.xml': child('core'), 'server/pom.xml': child('mail') }
    await expect(planOf('java', all)).rejects.toMatchObject({ code: 'config.java.several-modules' })
  })
})
