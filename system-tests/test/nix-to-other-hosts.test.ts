/** What Nix has built leaves its host: as units, as a NixOS module, in a file, through a cache. The other host's store lies at the same path. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ownNixStore } from '@hop3/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createCommandLine, type CommandLine } from '../src/command-line.ts'
import { lacks } from '../src/programs.ts'

const app = `{ }:
let
  derive = name: script: more: derivation ({
    inherit name; system = builtins.currentSystem; builder = "/bin/sh"; PATH = "/usr/bin:/bin"; args = [ "-c" "\${script}\\nexit $?" ];
  } // more);
  word = derive "word" "echo from the store > $out" { };
in {
  package = derive "app" "mkdir $out; cp $src/server.mjs $out/; echo $word > $out/word" { inherit word; src = ./.; };
  workers = { web = "exec \${NODE} server.mjs"; cron-tidy = "0 3 * * 1 echo tidy > $HOP3_DATA/tidy"; };
}
`

describe.skipIf(lacks('nix-store'))('an app built by Nix', { timeout: 300_000 }, () => {
  let here: CommandLine
  let there: CommandLine
  let env: Readonly<Record<string, string>>
  const ok = async (machine: CommandLine, ...words: readonly string[]): Promise<Readonly<Record<string, unknown>>> => {
    const { exitCode, result, stderr } = await machine.hop3([...words, '--json'], { env })
    expect({ exitCode, stderr: exitCode === 0 ? '' : stderr }).toMatchObject({ exitCode: 0 })
    return result
  }
  const answer = async ({ port }: Readonly<Record<string, unknown>>): Promise<string> =>
    (await fetch(`http://127.0.0.1:${Number(port)}/`)).text()
  const emptyStore = async (): Promise<void> => {
    const directory = join(here.directory, 'nix')
    execFileSync('chmod', ['-R', 'u+w', directory])
    for (const name of ['store', 'var']) await rm(join(directory, name), { recursive: true })
  }
  beforeAll(async () => {
    here = await createCommandLine()
    there = await createCommandLine()
    env = ownNixStore(here.directory)
  })
  afterAll(async () => {
    // What runs there has its files in the store here.
    await there.dispose()
    await here.dispose()
  }, 120_000)

  it('is described for other hosts, and runs there from a file and from a cache', async () => {
    const source = join(here.directory, 'shop')
    await mkdir(source)
    await writeFile(join(source, 'hop3.nix'), app.replace('${NODE}', process.execPath))
    await writeFile(
      join(source, 'server.mjs'),
      `import { createServer } from 'node:http'
import { readFileSync } from 'node:fs'
const word = readFileSync(readFileSync('word', 'utf8').trim(), 'utf8')
createServer((_, response) => response.end(word)).listen(process.env.PORT)
`,
    )
    expect(await answer(await ok(here, 'deploy', source))).toBe('from the store\n')

    const { releases } = await ok(here, 'releases', 'shop')
    expect(releases).toMatchObject([{ closure: { count: 2 } }])
    expect(await ok(here, 'verify', 'shop')).toMatchObject({ releases: [{ state: 'ok' }] })

    const units = join(here.directory, 'units')
    await ok(here, 'systemd', 'shop', '-o', units, '--user', 'daemon')
    const names = (await readdir(units)).toSorted()
    expect(names).toEqual(['hop3-shop.cron-tidy.service', 'hop3-shop.cron-tidy.timer', 'hop3-shop.target', 'hop3-shop.web@1.service'])
    expect(lacks('systemd-analyze') ? '' : complaints(units, names)).toBe('')
    await ok(here, 'nix', 'module', 'shop', '-o', join(here.directory, 'module'))
    expect((await readdir(join(here.directory, 'module'))).toSorted()).toEqual(['default.nix', 'hop3.json'])

    const [file, cache] = ['shop.hop3', 'cache'].map((name) => join(here.directory, name))
    const [secret, known] = ['secret.key', 'public.key'].map((name) => join(here.directory, name))
    if (file === undefined || cache === undefined || secret === undefined || known === undefined) throw new Error('no paths')
    execFileSync('nix-store', ['--generate-binary-cache-key', 'here', secret, known], { env: { ...process.env, ...env } })
    await ok(here, 'export', 'shop', '-o', file)
    await ok(here, 'nix', 'push', `file://${cache}`, '--app', 'shop', '--key', secret)
    await ok(here, 'stop', '--all')
    await emptyStore()

    expect(await answer(await ok(there, 'import', file, '--deploy'))).toBe('from the store\n')
    execFileSync('nix-collect-garbage', { env: { ...process.env, ...env }, stdio: 'pipe' })
    expect(await ok(there, 'verify', 'shop')).not.toHaveProperty('releases.0.problems.0')
    await ok(there, 'destroy', 'shop', '--yes')
    await emptyStore()

    await ok(there, 'nix', 'cache', `file://${cache}`, '--key', known)
    expect(await answer(await ok(there, 'deploy', source))).toBe('from the store\n')
    const { releases: fetched } = await ok(there, 'releases', 'shop')
    expect(fetched).toMatchObject([{ closure: { count: 2 } }])
  })
})

/** What systemd has against the units. */
function complaints(directory: string, names: readonly string[]): string {
  const files = names.map((name) => join(directory, name))
  const env = { ...process.env, SYSTEMD_UNIT_PATH: `${directory}:` }
  const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', ...files], { env, encoding: 'utf8' })
  return status === 0 ? stderr : `${String(status)} ${stderr}`
}
