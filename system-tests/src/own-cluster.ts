/** A cluster of a test file's own, as `.ci/kubernetes` brings it up. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, type TestOptions } from 'vitest'
import { lacks } from './programs.ts'

const script = (name: string): string => fileURLToPath(new URL(`../../.ci/${name}`, import.meta.url))
const binaries = join(execFileSync(script('make-kubernetes'), ['--where'], { encoding: 'utf8' }).trim(), 'bin')

/** Why tests are left out; undefined where there can be one. HOP3_REQUIRE=all leaves nothing out, but what HOP3_CLUSTER=none does. */
function lacksCluster(): string | undefined {
  if (process.env['HOP3_CLUSTER'] === 'none') return 'HOP3_CLUSTER is none'
  if (process.env['HOP3_REQUIRE'] === 'all') return undefined
  if (process.getuid?.() !== 0) return 'a cluster takes root'
  if (!existsSync(join(binaries, 'kubelet'))) return 'no Kubernetes is built: .ci/make-kubernetes'
  const needs = ['docker', 'go', 'etcd', 'containerd', 'runc', 'docker-registry', 'iptables', 'openssl']
  return lacks(...needs) ? `it takes ${needs.join(', ')}: apt-get install etcd-server containernetworking-plugins` : undefined
}

/** The file's, while tests of `describeOnCluster` run. */
export let cluster: OwnCluster

/** Tests of a file on a cluster of its own. Left out by name where there can be none. */
export function describeOnCluster(options: TestOptions, tests: () => void): void {
  const why = lacksCluster()
  describe.skipIf(why !== undefined)(`on a cluster${why === undefined ? '' : ` (${why})`}`, options, () => {
    beforeAll(async () => void (cluster = await openOwnCluster()), 180_000)
    afterAll(() => cluster?.close(), 60_000)
    tests()
  })
}

export interface OwnCluster {
  /** As `.ci/kubernetes` has made it. */
  readonly directory: string
  readonly kubeconfig: string
  readonly registry: string
  /** Of the built version, in front of PATH. */
  readonly path: string
  /** Throws with what it says of a failure. */
  kubectl(words: readonly string[], input?: string): string
  close(): void
}

async function openOwnCluster(): Promise<OwnCluster> {
  const known = process.env['HOP3_TEST_CLUSTER']
  const directory = known ?? (await mkdtemp(join(tmpdir(), 'hop3-kubernetes-')))
  if (known === undefined) execFileSync(script('kubernetes'), ['up', directory], { stdio: ['ignore', 'ignore', 'inherit'] })
  const kubeconfig = join(directory, 'kubeconfig')
  return {
    directory,
    kubeconfig,
    registry: readFileSync(join(directory, 'registry'), 'utf8').trim(),
    path: `${binaries}:${process.env['PATH'] ?? ''}`,
    kubectl: (words, input = '') =>
      execFileSync(join(binaries, 'kubectl'), ['--kubeconfig', kubeconfig, ...words], { encoding: 'utf8', input, stdio: 'pipe' }),
    close: () => void (known === undefined && execFileSync(script('kubernetes'), ['down', directory], { stdio: 'inherit' })),
  }
}
