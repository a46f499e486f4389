import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { hash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RuntimeConfig } from '@hop3/core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ejectTemplate, lockTemplate } from '../src/tools.ts'
import { lacksNix, nixStage, type NixStage } from './nix-stage.ts'

const lacks = (...programs: readonly string[]): boolean =>
  lacksNix() || (process.env['HOP3_REQUIRE'] !== 'all' && programs.some((one) => spawnSync('which', [one]).status !== 0))

/** An app of the template, whose `[nix]` has these lines. */
async function appStage(lines: string, files: Readonly<Record<string, string>>): Promise<NixStage> {
  const stage = await nixStage(files)
  stage.write({ 'hop3.toml': `[nix]\nnixpkgs = "${stage.pin()}"\n${lines}\n` })
  return stage
}

const lock = async (stage: NixStage): ReturnType<typeof lockTemplate> => lockTemplate((await stage.builder()).context, false)

function workerEnv({ envVars, pathPrepend }: RuntimeConfig): Record<string, string> {
  return { ...envVars, PATH: [...pathPrepend, '/usr/bin:/bin'].join(':') }
}

/** What a worker prints that ends by itself. */
function printed(runtime: RuntimeConfig): string {
  return execFileSync('/bin/sh', ['-c', runtime.workers['web'] ?? 'false'], {
    cwd: runtime.workingDir,
    env: workerEnv(runtime),
    encoding: 'utf8',
  })
}

/** What a worker answers that serves. */
async function answered({ host }: NixStage, runtime: RuntimeConfig, path = '/'): Promise<string> {
  const port = await host.reservePort('web')
  const env = { ...workerEnv(runtime), PORT: String(port), BIND_ADDRESS: '127.0.0.1' }
  const worker = spawn('/bin/sh', ['-c', `exec ${runtime.workers['web']}`], { cwd: runtime.workingDir, env, stdio: 'ignore' })
  onTestFinished(async () => {
    const ended = worker.exitCode === null ? once(worker, 'exit') : undefined
    worker.kill()
    await ended
  })
  for (let tries = 0; ; tries++) {
    try {
      return await (await fetch(`http://127.0.0.1:${port}${path}`)).text()
    } catch (error) {
      if (tries > 600 || worker.exitCode !== null) throw error
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
}

/** The same from another directory: without a sandbox, a build gets one that no other build of its name has at the time. */
async function expectRepeatable(stage: NixStage): Promise<void> {
  const { derivation } = Object((await stage.build()).metadata['nix'])
  const env = { ...stage.env, TMPDIR: join(stage.host.directory, 'elsewhere') }
  mkdirSync(env.TMPDIR)
  execFileSync('nix-store', ['--realise', '--check', String(derivation)], { env, stdio: 'pipe' })
}

/** The same again, and the same store path once the template is in the source. */
async function expectSame(stage: NixStage, location: string): Promise<void> {
  await expectRepeatable(stage)
  await ejectTemplate((await stage.builder()).context)
  stage.write({ 'hop3.toml': '' })
  expect((await stage.build()).location).toBe(location)
}

describe('a template that builds from source', { timeout: 300_000 }, () => {
  it.skipIf(lacks('php', 'composer'))('php-app takes the packages of composer.json', async () => {
    const stage = await appStage('template = "php-app"\nphp-version = "8.2"\nphp-extensions = ["mbstring", "json"]', {
      'composer.json': JSON.stringify({
        name: 'acme/shop',
        repositories: [{ type: 'path', url: 'packages/greeting', options: { symlink: false } }, { packagist: false }],
        require: { 'acme/greeting': '1.0.0' },
      }),
      'packages/greeting/composer.json': JSON.stringify({ name: 'acme/greeting', version: '1.0.0', autoload: { files: ['greeting.php'] } }),
      'packages/greeting/greeting.php': '<?php function greeting() { return "from a package"; }',
      'index.php': '<?php require "vendor/autoload.php"; echo greeting();',
      Procfile: 'web: php -S $BIND_ADDRESS:$PORT\n',
    })
    await expect(stage.build()).rejects.toMatchObject({ code: 'build.nix-lock' })
    expect((await lock(stage)).after).toMatch(/^sha256-/)
    const { runtime, metadata, location } = await stage.build()
    expect(metadata).toMatchObject({ template: 'php-app', tier: 2 })
    expect(await answered(stage, runtime)).toBe('from a package')
    await expectSame(stage, location)
  })

  it.skipIf(lacks('php'))('php-app needs nothing but PHP without one', async () => {
    const stage = await appStage('template = "php-app"\nphp-extensions = ["nothing"]', {
      'index.php': '<?php echo "plain";',
      Procfile: 'web: php -S $BIND_ADDRESS:$PORT\n',
    })
    await expect(stage.build()).rejects.toMatchObject({ message: expect.stringContaining('php has no extension nothing') })
    stage.write({ 'hop3.toml': '[nix]\ntemplate = "php-app"\n' })
    expect(await answered(stage, (await stage.build()).runtime)).toBe('plain')
  })

  it.skipIf(lacks('bundle'))('ruby-bundler installs the gems of Gemfile.lock', async () => {
    const stage = await nixStage({ 'app.rb': 'require "greeting"\nputs Greeting::TEXT\n', Procfile: 'web: bundle exec ruby app.rb\n' })
    const server = gemServer(stage.host.directory)
    stage.write({
      'hop3.toml': `[nix]\nnixpkgs = "${stage.pin()}"\ntemplate = "ruby-bundler"\n`,
      Gemfile: `source "file://${server}"\ngem "greeting"\n`,
      'Gemfile.lock': `GEM\n  remote: file://${server}/\n  specs:\n    greeting (1.0.0)\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  greeting\n\nBUNDLED WITH\n   2.3.15\n`,
    })
    expect((await lock(stage)).after).toMatch(/^sha256-/)
    const { runtime, metadata, location } = await stage.build()
    expect(metadata).toMatchObject({ template: 'ruby-bundler', tier: 2 })
    expect(printed(runtime)).toBe('from a gem\n')
    await expectSame(stage, location)
  })

  it.skipIf(lacksNix())('node-pnpm-install installs the packages of pnpm-lock.yaml, and builds', async () => {
    const stage = await appStage('template = "node-pnpm-install"', {
      'package.json': JSON.stringify({
        name: 'shop',
        packageManager: 'pnpm@9.0.0',
        scripts: { build: "node -e \"require('fs').writeFileSync('made', require('greeting'))\"", start: 'node index.js' },
        dependencies: { greeting: 'file:greeting' },
      }),
      'greeting/package.json': '{ "name": "greeting", "version": "1.0.0", "main": "index.js", "bin": "index.js" }',
      'greeting/index.js': '#!/usr/bin/env node\nmodule.exports = "from a package"',
      'pnpm-lock.yaml': `lockfileVersion: '9.0'\n\nsettings:\n  autoInstallPeers: true\n  excludeLinksFromLockfile: false\n\nimporters:\n\n  .:\n    dependencies:\n      greeting:\n        specifier: file:greeting\n        version: file:greeting\n\npackages:\n\n  greeting@file:greeting:\n    resolution: {directory: greeting, type: directory}\n    hasBin: true\n\nsnapshots:\n\n  greeting@file:greeting: {}\n`,
      'index.js': 'console.log(require("greeting"), require("fs").readFileSync("made", "utf8"))',
      Procfile: 'web: pnpm --silent start\n',
    })
    expect((await lock(stage)).after).toMatch(/^sha256-/)
    const { runtime, metadata, location } = await stage.build()
    expect(metadata).toMatchObject({ template: 'node-pnpm-install', tier: 2 })
    expect(printed(runtime)).toBe('from a package from a package\n')
    expect(existsSync(join(location, 'node_modules/.bin/greeting'))).toBe(true)
    await expectRepeatable(stage)
    stage.write({ 'index.js': 'console.log("another")' })
    expect(printed((await stage.build()).runtime), 'no other lock for other code').toBe('another\n')
    stage.write({ 'greeting/index.js': 'module.exports = "another"' })
    await expect(stage.build()).rejects.toMatchObject({ code: 'build.nix-lock' })
  })
})

/** A directory that serves one gem, as `gem generate_index` makes it. */
function gemServer(directory: string): string {
  const server = join(directory, 'gems')
  mkdirSync(join(server, 'gems'), { recursive: true })
  mkdirSync(join(directory, 'greeting/lib'), { recursive: true })
  writeFileSync(join(directory, 'greeting/lib/greeting.rb'), 'module Greeting\n  TEXT = "from a gem"\nend\n')
  writeFileSync(
    join(directory, 'greeting/greeting.gemspec'),
    'Gem::Specification.new { |s| s.name = "greeting"; s.version = "1.0.0"; s.summary = "x"; s.authors = ["x"]; s.files = ["lib/greeting.rb"] }\n',
  )
  const options = { cwd: join(directory, 'greeting'), stdio: 'pipe' } as const
  execFileSync('gem', ['build', '-q', 'greeting.gemspec', '--output', join(server, 'gems/greeting-1.0.0.gem')], options)
  execFileSync('gem', ['generate_index', '-q', '--directory', server], options)
  return server
}

describe('a template for a JVM', { timeout: 600_000 }, () => {
  const source = {
    'src/main/java/Main.java': 'public class Main { public static void main(String[] words) { System.out.println("from Java"); } }\n',
  }

  it.skipIf(lacks('gradle', 'javac'))('java-gradle builds by Gradle', async () => {
    const stage = await appStage('template = "java-gradle"', {
      ...source,
      'settings.gradle': 'rootProject.name = "shop"\n',
      'build.gradle':
        'apply plugin: "java"\nrepositories { mavenCentral() }\ndependencies { compile "org.slf4j:slf4j-api:1.7.36" }\njar { manifest { attributes "Main-Class": "Main" } }\n',
      gradlew: 'a wrapper that is not used',
      Procfile: 'web: java -jar build/libs/shop.jar\n',
    })
    expect((await lock(stage)).after).toMatch(/^sha256-/)
    const { runtime, metadata, location } = await stage.build()
    expect(metadata).toMatchObject({ template: 'java-gradle', tier: 2 })
    expect(printed(runtime)).toBe('from Java\n')
    await expectSame(stage, location)
  })

  it.skipIf(lacks('mvn', 'javac'))('java-maven builds by Maven', async () => {
    const stage = await appStage('template = "java-maven"', {
      ...source,
      'pom.xml': `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>org.example</groupId><artifactId>shop</artifactId><version>1</version>
  <properties><maven.compiler.source>17</maven.compiler.source><maven.compiler.target>17</maven.compiler.target><project.build.sourceEncoding>UTF-8</project.build.sourceEncoding></properties>
  <build><finalName>shop</finalName><plugins><plugin><artifactId>maven-jar-plugin</artifactId><version>3.4.1</version></plugin></plugins></build>
</project>\n`,
      Procfile: 'web: java -cp target/shop.jar Main\n',
    })
    expect((await lock(stage)).after).toMatch(/^sha256-/)
    const { runtime, metadata, location } = await stage.build()
    expect(metadata).toMatchObject({ template: 'java-maven', tier: 2 })
    expect(printed(runtime)).toBe('from Java\n')
    await expectSame(stage, location)
  })

  it.skipIf(lacks('java', 'jar'))('java-war starts what can be, and serves the rest with Tomcat', async () => {
    const stage = await nixStage({ 'page/index.jsp': '<%= 6 * 7 %> of Tomcat', 'made/META-INF/MANIFEST.MF': 'Main-Class: Main\n' })
    const archive = join(stage.host.directory, 'shop.war')
    execFileSync('jar', ['-c', '-f', archive, '-C', join(stage.source, 'page'), '.'])
    const configure = (): void =>
      stage.write({
        'hop3.toml': `[nix]\nnixpkgs = "${stage.pin()}"\ntemplate = "java-war"\nurl = "file://${archive}"\nsha256 = "${hash('sha256', readFileSync(archive), 'hex')}"\n`,
      })
    configure()
    const { runtime, metadata, location } = await stage.build()
    expect(metadata).toMatchObject({ template: 'java-war', tier: 3 })
    expect(await answered(stage, runtime)).toBe('42 of Tomcat')
    await expectSame(stage, location)
    writeFileSync(
      join(stage.host.directory, 'Main.java'),
      'public class Main { public static void main(String[] words) { System.out.println("by itself"); } }\n',
    )
    execFileSync('javac', ['-d', join(stage.source, 'page'), join(stage.host.directory, 'Main.java')])
    execFileSync('jar', ['-c', '-f', archive, '-e', 'Main', '-C', join(stage.source, 'page'), '.'])
    execFileSync('rm', ['hop3.nix', 'hop3-plan.json'], { cwd: stage.source })
    configure()
    expect(printed((await stage.build()).runtime)).toBe('by itself\n')
  })
})
