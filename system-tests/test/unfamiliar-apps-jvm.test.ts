/** Apps of Maven's own archetypes and of Gradle's layout, deployed as they come. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { writeAll } from '../src/apps.ts'
import { deployUnchanged } from '../src/deployed-app.ts'
import { machineOfFile } from '../src/machine-of-file.ts'
import { lacks } from '../src/programs.ts'

const timeout = 900_000
const execute = promisify(execFile)

const host = machineOfFile()

/** The JDK's own server, so that the build tool is all that is tried. */
const server = (packageName: string, name: string): string => `package ${packageName};

import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;

public class ${name} {
    public static void main(String[] args) throws Exception {
        InetSocketAddress address = new InetSocketAddress(System.getenv("BIND_ADDRESS"), Integer.parseInt(System.getenv("PORT")));
        HttpServer server = HttpServer.create(address, 0);
        server.createContext("/", exchange -> {
            byte[] body = "Hello from ${name}".getBytes();
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }
}
`

it.skipIf(lacks('javac', 'mvn'))("Maven's webapp archetype gets a server and answers as it comes", { timeout }, async () => {
  await archetype('maven-archetype-webapp', '1.4', 'my-webapp')
  const app = await deployUnchanged(host.machine, join(host.sources, 'my-webapp'))
  expect(await app.get('/')).toMatchObject({ status: 200, body: expect.stringContaining('<h2>Hello World!</h2>') })
})

it.skipIf(lacks('javac', 'mvn'))(
  "Maven's quickstart archetype is started by its own class, which says hello and ends; with a server in it, it answers",
  { timeout },
  async () => {
    await archetype('maven-archetype-quickstart', '1.5', 'my-app')
    const source = join(host.sources, 'my-app')
    const { exitCode, result } = await host.machine.hop3(['deploy', source, '--json'])
    expect({ exitCode, result }).toMatchObject({
      exitCode: 51,
      result: { code: 'health.exited', message: expect.stringContaining('Hello World!') },
    })
    await writeAll(source, { 'src/main/java/com/example/App.java': server('com.example', 'App') })
    expect(await (await deployUnchanged(host.machine, source)).get('/')).toEqual({ status: 200, body: 'Hello from App' })
  },
)

it.skipIf(lacks('javac', 'mvn'))(
  'an app of several Maven modules is the one with a server, built with the library beside it',
  { timeout },
  async () => {
    const parent = '<parent><groupId>com.example</groupId><artifactId>shop</artifactId><version>1.0</version></parent>'
    const pom = (inside: string): string => `<project>\n<modelVersion>4.0.0</modelVersion>\n${inside}\n</project>\n`
    const properties =
      '<properties><maven.compiler.source>17</maven.compiler.source><maven.compiler.target>17</maven.compiler.target><project.build.sourceEncoding>UTF-8</project.build.sourceEncoding></properties>'
    const library =
      '<dependencies><dependency><groupId>com.example</groupId><artifactId>names</artifactId><version>1.0</version></dependency></dependencies>'
    const source = join(host.sources, 'shop')
    await writeAll(source, {
      'pom.xml': pom(
        `<groupId>com.example</groupId><artifactId>shop</artifactId><version>1.0</version><packaging>pom</packaging>${properties}<modules><module>names</module><module>front</module></modules>`,
      ),
      'names/pom.xml': pom(`${parent}<artifactId>names</artifactId>`),
      'names/src/main/java/com/example/names/Names.java':
        'package com.example.names;\npublic class Names { public static String first() { return "Ada"; } }\n',
      'front/pom.xml': pom(`${parent}<artifactId>front</artifactId>${library}`),
      'front/src/main/java/com/example/Main.java': server('com.example', 'Main').replace(
        '"Hello from Main"',
        '("Hello, " + com.example.names.Names.first())',
      ),
    })
    expect(await (await deployUnchanged(host.machine, source)).get('/')).toEqual({ status: 200, body: 'Hello, Ada' })
  },
)

it.skipIf(lacks('javac', 'gradle'))(
  "Gradle's application plugin installs what is started, without a wrapper and without a daemon left over",
  { timeout },
  async () => {
    const source = join(host.sources, 'gradle-app')
    await writeAll(source, {
      // As Gradle wrote it before plugins had a block: what a distribution's Gradle still reads.
      'build.gradle': "apply plugin: 'java'\napply plugin: 'application'\nmainClassName = 'demo.App'\nversion = '1.0'\n",
      'settings.gradle': "rootProject.name = 'hello'\n",
      'src/main/java/demo/App.java': server('demo', 'App'),
    })
    expect(await (await deployUnchanged(host.machine, source)).get('/')).toEqual({ status: 200, body: 'Hello from App' })
  },
)

it.skipIf(lacks('javac', 'mvn'))('sbt, fetched from Maven Central, stages an app in Scala', { timeout }, async () => {
  const tools = join(host.machine.directory, 'tools')
  const plugin = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy'
  await execute(
    'mvn',
    ['-B', '-q', plugin, '-Dartifact=org.scala-sbt:sbt-launch:1.10.11', `-DoutputDirectory=${tools}`, '-Dmdep.stripVersion=true'],
    { cwd: host.machine.directory },
  )
  await writeAll(tools, { sbt: `#!/bin/sh\nexec java -jar '${tools}/sbt-launch.jar' "$@"\n` })
  await execute('chmod', ['+x', join(tools, 'sbt')])
  const source = join(host.sources, 'sbt-app')
  await writeAll(source, {
    'project/build.properties': 'sbt.version=1.10.11\n',
    'project/plugins.sbt': 'addSbtPlugin("com.github.sbt" % "sbt-native-packager" % "1.11.1")\n',
    'build.sbt': 'name := "Sbt App"\nautoScalaLibrary := false\ncrossPaths := false\nenablePlugins(JavaAppPackaging)\n',
    'src/main/java/demo/App.java': server('demo', 'App'),
  })
  const { exitCode, result } = await host.machine.hop3(['deploy', source, '--json'], {
    env: { PATH: `${tools}:${process.env['PATH'] ?? ''}` },
  })
  expect({ exitCode, result }).toMatchObject({ exitCode: 0, result: { changed: true } })
  const answer = await fetch(`http://127.0.0.1:${Number(result['port'])}/`)
  expect(await answer.text()).toBe('Hello from App')
})

async function archetype(name: string, version: string, artifactId: string): Promise<void> {
  const coordinates = {
    archetypeGroupId: 'org.apache.maven.archetypes',
    archetypeArtifactId: name,
    archetypeVersion: version,
    groupId: 'com.example',
    artifactId,
    version: '1.0',
  }
  const words = Object.entries(coordinates).map(([key, value]) => `-D${key}=${value}`)
  await execute('mvn', ['-B', '-q', 'archetype:generate', ...words], { cwd: host.sources })
}
