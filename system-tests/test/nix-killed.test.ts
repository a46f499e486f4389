/** A deploy of an app that Nix builds, killed after any record of the journal, with the garbage collector of Nix behind each of them. */
import { execFileSync } from 'node:child_process'
import { mkdtemp, readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deployApp, recoverApp, scaleApp } from '@hop3/core'
import { ownNixStore } from '@hop3/testing'
import { afterEach, describe, expect, it } from 'vitest'
import { versionedApps, writeAll } from '../src/apps.ts'
import { expectOneVersion, runInterrupted } from '../src/killed-commands.ts'
import { temporaryFiles } from '../src/left-over.ts'
import { lacks } from '../src/programs.ts'
import { startSteadyClient } from '../src/steady-client.ts'
import { appIn, createTemporaryHost, type TemporaryHost } from '../src/temporary-host.ts'

const name = 'nixed'
const expression = `{
  package = derivation {
    name = "nixed";
    system = builtins.currentSystem;
    src = ./.;
    builder = "/bin/sh";
    PATH = "/usr/bin:/bin";
    args = [ "-c" "mkdir $out; cp $src/server.js $src/package.json $out/; exit 0" ];
  };
  workers.web = "node server.js";
}
`

describe.skipIf(lacks('nix-store'))('a deploy of a Nix app killed after any record of the journal', () => {
  let temporary: TemporaryHost
  afterEach(() => temporary.dispose(), 60_000)

  it('leaves one version serving throughout, and keeps its part of the store', { timeout: 300_000 }, async () => {
    const directory = await mkdtemp(join(tmpdir(), 'hop3-nix-killed-'))
    const variables = ownNixStore(directory)
    temporary = await createTemporaryHost({ directory, variables })
    const { host } = temporary
    const source = join(directory, 'source')
    const app = versionedApps.find((one) => one.name === 'attached')
    let version = 0
    const nextVersion = async (): Promise<void> => {
      await app?.write(source, `v${++version}`)
      // Without its Procfile: the package says how it runs.
      await writeAll(source, { Procfile: '', 'hop3.nix': expression })
    }
    await nextVersion()
    const { port } = await deployApp(await appIn(source, name), host)
    if (port === null) throw new Error('the app has no port')
    await nextVersion()
    await deployApp(await appIn(source, name), host)
    const client = startSteadyClient({ port, requestsPerSecond: 50, paths: { quick: '/' }, isRight: (answer) => /^v\d+$/.test(answer) })

    let kills = 0
    for (; ; kills++) {
      await nextVersion()
      const words = [directory, host.listen.port, source, name, 'deploy', 'web', kills + 1]
      const wasKilled = await runInterrupted(words, undefined, variables)
      execFileSync('nix-collect-garbage', { env: { ...process.env, ...variables }, stdio: 'pipe' })
      await recoverApp(name, host)
      await expectOneVersion(name, host)
      expect(client.failures).toEqual([])
      if (!wasKilled) break
      // A worker that begins anew needs the store.
      await scaleApp(name, host, { to: { web: 2 } })
      await scaleApp(name, host, { to: { web: 1 } })
    }
    expect(kills).toBeGreaterThanOrEqual(8)
    expect(await client.stop()).toEqual([])
    expect(client.requests()).toBeGreaterThan(0)
    expect(await temporaryFiles(host.home.path)).toEqual([])
    execFileSync('nix-collect-garbage', { env: { ...process.env, ...variables }, stdio: 'pipe' })
    const releases = await readdir(join(host.home.path, 'apps', name, 'releases'))
    const packages = (await readdir(join(directory, 'nix/store'))).filter((one) => one.endsWith('-nixed'))
    expect(packages, 'one for each release, and none of what was killed').toHaveLength(releases.length)
  })
})
