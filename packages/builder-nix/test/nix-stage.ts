/** A Nix store of one test, and builds in it. Needs nix-bin; no daemon, no build users, no cache, no nixpkgs. */
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { BuildArtifact, BuildContext, Builder } from '@hop3/core'
import { formatReleaseId } from '@hop3/core'
import { processIds, readArguments } from '@hop3/core/processes'
import { buildContextFor, ownNixStore, tempApp, testHost, type TestHost } from '@hop3/testing'
import { nixBuilder } from '../src/index.ts'

export interface NixStage {
  readonly host: TestHost
  readonly source: string
  /** Where the stand-in for nixpkgs is. */
  readonly nixpkgs: string
  /** Makes that what `<nixpkgs>` means on this host, and returns it. */
  readonly pin: () => string
  readonly env: Readonly<Record<string, string>>
  readonly write: (files: Readonly<Record<string, string>>) => void
  /** A builder of a new release each time. */
  readonly builder: (change?: Partial<BuildContext>) => Promise<{ readonly builder: Builder; readonly context: BuildContext }>
  readonly build: (change?: Partial<BuildContext>) => Promise<BuildArtifact>
  /** What was logged, a line each. */
  readonly texts: () => string
  /** Runs a program of Nix in the test's store, and returns what it prints. */
  readonly nix: (program: string, ...args: readonly string[]) => string
}

/** Vitest skips without Nix; `HOP3_REQUIRE=all` makes that a failure, as everywhere. */
export function lacksNix(): boolean {
  const isMissing = spawnSync('nix-store', ['--version']).status !== 0
  if (isMissing && process.env['HOP3_REQUIRE'] === 'all') throw new Error('nix-store is missing: apt-get install nix-bin')
  return isMissing
}

const pnpm = fileURLToPath(new URL('../../../node_modules/pnpm/bin/pnpm.mjs', import.meta.url))

/** A copy of the stand-in for nixpkgs, which knows the Node.js this test runs on. Returns its directory. */
export function standIn(directory: string): string {
  const copy = join(directory, 'nixpkgs')
  cpSync(join(import.meta.dirname, 'nixpkgs'), copy, { recursive: true })
  const places = { node: process.execPath, go: '/usr/local/go/bin', pnpm: realpathSync(pnpm) }
  writeFileSync(join(copy, 'places.json'), JSON.stringify(places))
  return copy
}

export async function nixStage(files: Readonly<Record<string, string>>, conf = ''): Promise<NixStage> {
  const host = await testHost()
  const source = await tempApp(files)
  const env = { ...host.toolEnv, ...ownNixStore(host.directory, conf) }
  let counter = 0
  const builder: NixStage['builder'] = async (change = {}) => {
    const buildId = '1f3a9c2e00000000000000000000000a'
    const id = formatReleaseId(++counter, buildId)
    const release = { id, path: join(host.home, 'apps/shop/releases', id), buildId }
    const context = await buildContextFor(host, { sourcePath: source, env, release, ...change })
    return { builder: nixBuilder.create(context), context }
  }
  const nixpkgs = standIn(host.directory)
  return {
    host,
    source,
    nixpkgs,
    pin: () => {
      mkdirSync(join(host.home, 'tools'), { recursive: true })
      writeFileSync(join(host.home, 'tools/nixpkgs.json'), JSON.stringify({ path: nixpkgs }))
      return nixpkgs
    },
    env,
    write: (some) => {
      for (const [name, text] of Object.entries(some)) {
        mkdirSync(dirname(join(source, name)), { recursive: true })
        writeFileSync(join(source, name), text)
      }
    },
    builder,
    build: async (change) => (await builder(change)).builder.build(),
    texts: () => host.events.map(({ text }) => text).join('\n'),
    nix: (program, ...args) => execFileSync(program, args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }),
  }
}

/** A derivation of the host's shell: what a build without nixpkgs looks like. */
export function shellDerivation(name: string, script: string, attributes = ''): string {
  return `derivation {
    name = "${name}"; system = builtins.currentSystem; builder = "/bin/sh"; PATH = "/usr/bin:/bin"; ${attributes}
    args = [ "-c" ''${script}\nexit $?'' ];
  }`
}

/** Processes with this text in one of their arguments. */
export async function processesNaming(text: string): Promise<readonly number[]> {
  const all = await Promise.all((await processIds()).map(async (pid) => ({ pid, words: await readArguments(pid) })))
  return all.filter(({ words }) => words.some((word) => word.includes(text))).map(({ pid }) => pid)
}
