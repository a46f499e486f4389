/** Examples that say nothing of Nix, built by the template that fits them and served like any other release. */
import { cp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ownNixStore } from '@hop3/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeAll } from '../src/apps.ts'
import { createCommandLine, type CommandLine } from '../src/command-line.ts'
import { readExampleCheck } from '../src/example-check.ts'
import { lacks } from '../src/programs.ts'

const examples = join(import.meta.dirname, '../../examples')

describe.skipIf(lacks('nix-store'))('built by a template of Nix', { timeout: 300_000 }, () => {
  let machine: CommandLine
  let env: Readonly<Record<string, string>>
  beforeAll(async () => {
    machine = await createCommandLine()
    env = ownNixStore(machine.directory)
    const nixpkgs = join(machine.directory, 'nixpkgs')
    await cp(join(import.meta.dirname, '../../packages/builder-nix/test/nixpkgs'), nixpkgs, { recursive: true })
    await writeFile(join(nixpkgs, 'places.json'), JSON.stringify({ node: process.execPath, go: '/usr/local/go/bin' }))
    await hop3('nix', 'pin', nixpkgs)
  })
  afterAll(() => machine.dispose(), 120_000)

  const hop3 = async (...words: readonly string[]): Promise<Readonly<Record<string, unknown>>> => {
    const { exitCode, result, stderr } = await machine.hop3([...words, '--json'], { env })
    expect({ exitCode, result, stderr: exitCode === 0 ? '' : stderr }).toMatchObject({ exitCode: 0 })
    return result
  }

  it.each([
    ['node-http', 'node-prebuilt', []],
    ['procfile-mixed', 'node-prebuilt', []],
    ['php-plain', 'php-app', ['php']],
    ['go-http', 'go-source', ['go']],
    ['flask', 'python-venv', ['python3']],
    ['python-pip', 'python-venv', ['python3']],
  ] as const)('%s answers, by %s', async (name, template, programs) => {
    if (programs.some((program) => lacks(program))) return
    const source = join(machine.directory, name)
    await cp(join(examples, name), source, { recursive: true })
    expect((await hop3('plan', source, '--builder', 'nix'))['nix']).toMatchObject({ template })
    if (template === 'python-venv') await hop3('nix', 'lock', source)
    const { port } = await hop3('deploy', source, '--builder', 'nix')
    for (const { path, accept, status, contains } of readExampleCheck(join(examples, name, 'check.json')).requests) {
      const answer = await fetch(`http://127.0.0.1:${String(port)}${path}`, { headers: { accept } })
      expect({ status: answer.status, text: await answer.text() }).toMatchObject({ status, text: expect.stringContaining(contains) })
    }
    await hop3('destroy', name, '--yes')
    await rm(source, { recursive: true })
  })

  it.skipIf(lacks('gradle'))('a Java app is served as its toolchain says', async () => {
    const source = join(machine.directory, 'java')
    await writeAll(source, {
      'settings.gradle': 'rootProject.name = "shop"\n',
      'build.gradle': 'apply plugin: "java"\napply plugin: "application"\nmainClassName = "Main"\n',
      'src/main/java/Main.java': `import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
public class Main {
  public static void main(String[] words) throws Exception {
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", Integer.parseInt(System.getenv("PORT"))), 0);
    server.createContext("/", exchange -> {
      byte[] answer = "from Gradle".getBytes();
      exchange.sendResponseHeaders(200, answer.length);
      exchange.getResponseBody().write(answer);
      exchange.close();
    });
    server.start();
  }
}
`,
    })
    await hop3('nix', 'lock', source)
    const { port } = await hop3('deploy', source, '--builder', 'nix')
    expect(await (await fetch(`http://127.0.0.1:${String(port)}/`)).text()).toBe('from Gradle')
    await hop3('destroy', 'java', '--yes')
  })

  it.skipIf(lacks('bundle'))('a Ruby app is served, and still is once its template is its own', async () => {
    const source = join(machine.directory, 'ruby')
    await writeAll(source, {
      Gemfile: 'source "https://rubygems.org"\n',
      'Gemfile.lock': 'GEM\n  remote: https://rubygems.org/\n  specs:\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n',
      'app.rb': `require "socket"
server = TCPServer.new(ENV["BIND_ADDRESS"], ENV["PORT"].to_i)
loop { client = server.accept; client.gets; client.write "HTTP/1.1 200 OK\\r\\nContent-Length: 9\\r\\nConnection: close\\r\\n\\r\\nfrom Ruby"; client.close }
`,
    })
    const answer = async (port: unknown): Promise<string> => (await fetch(`http://127.0.0.1:${String(port)}/`)).text()
    const first = await hop3('deploy', source, '--builder', 'nix')
    expect(await answer(first['port'])).toBe('from Ruby')
    await writeAll(source, { 'hop3.toml': '[build]\nstrategy = "nix"\n' })
    expect(await hop3('nix', 'eject', source)).toMatchObject({ template: 'ruby-bundler' })
    const second = await hop3('deploy', source)
    expect(await answer(second['port'])).toBe('from Ruby')
    expect(await hop3('nix', 'check', source)).toMatchObject({ verdict: 'reproducible' })
    await hop3('destroy', 'ruby', '--yes')
  })
})
