/** The garbage collector of Nix, run after every step of an app's life: nothing that is kept stops working, and nothing stays that is not. */
import { execFileSync } from 'node:child_process'
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ownNixStore } from '@hop3/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createCommandLine, type CommandLine } from '../src/command-line.ts'
import { lacks } from '../src/programs.ts'

const ownNix = join(import.meta.dirname, '../../packages/builder-nix/test')

describe.skipIf(lacks('nix-store'))('apps built by Nix', { timeout: 300_000 }, () => {
  let machine: CommandLine
  let env: Readonly<Record<string, string>>
  beforeAll(async () => {
    machine = await createCommandLine()
    env = ownNixStore(machine.directory)
  })
  afterAll(() => machine.dispose(), 120_000)

  const collect = (): void => {
    execFileSync('nix-collect-garbage', { env: { ...process.env, ...env }, stdio: 'pipe' })
  }
  const step = async (...words: readonly string[]): Promise<string> => {
    const { exitCode, result, stderr } = await machine.hop3([...words, '--json'], { env })
    expect({ exitCode, result, stderr: exitCode === 0 ? '' : stderr }).toMatchObject({ exitCode: 0 })
    collect()
    return String(result['port'])
  }
  const answer = async (port: string): Promise<string> => (await fetch(`http://127.0.0.1:${port}/`)).text()

  it("runs the ADR's example on a unix socket through deploys, rollbacks and prunes", async () => {
    const source = join(machine.directory, 'blog')
    await mkdir(source)
    await cp(join(ownNix, 'adr-006.nix'), join(source, 'hop3.nix'))
    const nixpkgs = join(machine.directory, 'nixpkgs')
    await cp(join(ownNix, 'nixpkgs'), nixpkgs, { recursive: true })
    await machine.hop3(['nix', 'pin', nixpkgs], { env })
    const version = (text: string): Promise<void> =>
      writeFile(
        join(source, 'app.py'),
        `from flask import Flask\napp = Flask(__name__)\n@app.route('/')\ndef index():\n    return '${text}'\n`,
      )
    let port = ''
    for (const one of [1, 2, 3, 4, 5, 6, 7]) {
      await version(`version ${one}`)
      port = await step('deploy', source)
      expect(await answer(port)).toBe(`version ${one}`)
    }
    const releases = join(machine.home, 'apps/blog/releases')
    expect(await builtIn(releases)).toHaveLength(5)
    // What is kept is whole, and of what was pruned nothing is left in the store.
    const store = await readdir(env['NIX_STORE_DIR'] ?? '')
    expect(store.filter((name) => name.endsWith('-myapp-1.0.0')).toSorted()).toEqual(await builtIn(releases))
    await step('rollback', 'blog')
    expect(await answer(port)).toBe('version 6')
    const [oldest = ''] = (await readdir(releases)).toSorted()
    await step('rollback', 'blog', oldest)
    expect(await answer(port)).toBe('version 3')
    await step('restart', 'blog')
    expect(await answer(port)).toBe('version 3')
    await step('scale', 'blog', '--to', 'web=2')
    expect(await answer(port)).toBe('version 3')
    await step('destroy', 'blog', '--yes')
    expect((await readdir(env['NIX_STORE_DIR'] ?? '')).filter((name) => name.endsWith('-myapp-1.0.0'))).toEqual([])
  })

  it('serves a site from the store', async () => {
    const source = join(machine.directory, 'site')
    await mkdir(source)
    await writeFile(join(source, 'index.html'), 'a page of the store')
    const readme = await readFile(join(ownNix, '../README.md'), 'utf8')
    await writeFile(join(source, 'hop3.nix'), /```nix\n([^]*?)```/.exec(readme)?.[1] ?? '')
    expect(await answer(await step('deploy', source))).toBe('a page of the store')
    const again = await machine.hop3(['deploy', source, '--json'], { env: { ...env, PATH: '/nonexistent' } })
    expect(again.result, 'nothing has changed: no Nix is asked').toMatchObject({ changed: false })
  })
})

/** Names of the store paths that the releases are. */
async function builtIn(releases: string): Promise<readonly string[]> {
  const ids = await readdir(releases)
  const artifacts = await Promise.all(ids.map((id) => readFile(join(releases, id, 'BUILD_ARTIFACT.json'), 'utf8')))
  return artifacts.map((text) => /"location": ".*\/(.*)"/.exec(text)?.[1] ?? '').toSorted()
}
