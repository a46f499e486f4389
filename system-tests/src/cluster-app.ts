/** An app that is deployed to a test's cluster, from a directory and a home of its own. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { createCommandLine, type CommandLine } from './command-line.ts'
import { writeImageApp } from './image-app.ts'
import type { OwnCluster } from './own-cluster.ts'

export interface ClusterApp {
  readonly machine: CommandLine
  readonly source: string
  /** Writes hop3.toml: the app's name, where it goes, and more lines. */
  readonly say: (name: string, more?: string) => Promise<void>
}

/** Apps of these names are destroyed when the test has finished, with their images and namespaces. */
export async function stageClusterApp(cluster: OwnCluster, names: readonly string[]): Promise<ClusterApp> {
  const machine = await createCommandLine({ options: { env: { KUBECONFIG: cluster.kubeconfig, PATH: cluster.path } } })
  onTestFinished(() => machine.dispose(), 120_000)
  // One that is gone already says so.
  for (const name of names) onTestFinished(async () => void (await machine.hop3(['destroy', name, '--yes'])), 120_000)
  const source = join(machine.directory, 'source')
  const say = (name: string, more = ''): Promise<void> =>
    writeFile(
      join(source, 'hop3.toml'),
      `[metadata]\nid = "${name}"\n[deploy]\nstop-timeout = 5\ntarget = "kubernetes"\n[build.docker]\npush = "${cluster.registry}/${name}"\n[deploy.kubernetes]\nservice = "NodePort"\n${more}`,
    )
  return { machine, source, say }
}

/** Answers with its version, and has a shell for commands. */
export async function writeAppWithShell(source: string, version: string): Promise<void> {
  await writeImageApp(source, version)
  const path = join(source, 'Dockerfile')
  await writeFile(path, (await readFile(path, 'utf8')).replace('FROM scratch', 'FROM debian:bookworm-slim\nUSER 1000'))
}
