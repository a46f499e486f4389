import {
  checkAppName,
  formatBytes,
  hop3Error,
  isAppName,
  readArtifact,
  rollbackRelease,
  shellQuote,
  storeFor,
  type AppHome,
  type BuildArtifact,
  type Host,
} from '@hop3/core'
import { exportBundle, type Need } from '@hop3/releases/bundles'
import { basename, resolve } from 'node:path'
import type { CommandResult } from '../command-spec.ts'
import { createHost } from '../host.ts'
import type { Invocation } from '../invocation.ts'
import { knownApp } from '../known-app.ts'
import { outputFile } from '../output-file.ts'

export async function run(invocation: Invocation): Promise<CommandResult> {
  const host = await createHost(invocation)
  const { artifact, appName, releasePath } = await chosenArtifact(invocation, host)
  const made = await exportBundle({
    artifact,
    appName,
    releasePath,
    home: host.home.path,
    user: host.toolEnv['HOME'],
    store: await storeFor(artifact.builder, host),
    output: await outputFile(invocation, `${appName}.hop3`),
    log: host.log,
    signal: host.signal,
  })
  const { file, app, release, files, bytes, sha256, needs } = made
  const lines = [
    `Exported ${release === '' ? artifact.location : release} of ${app}: ${file} (${formatBytes(bytes)}, ${files} files)`,
    `sha256 ${sha256}`,
    ...needs.map((need) => `It needs there: ${needText(need)}`),
    `Copy it to the other host; there: hop3 import ${shellQuote(basename(file))}`,
  ]
  return { value: { app, release, file, bytes, sha256, files, needs }, text: lines.join('\n') }
}

interface Chosen {
  readonly artifact: BuildArtifact
  readonly appName: string
  /** Of a release of this host. */
  readonly releasePath?: string
}

/** A word that can be the name of an app is one, unless there is none of that name and `--output` of a build wrote such a file. */
async function chosenArtifact(invocation: Invocation, host: Host): Promise<Chosen> {
  const { operands, options, terminal } = invocation
  const [named] = operands
  if (named !== undefined && !(isAppName(named) && (await host.home.app(named).exists()))) {
    const artifact = await readArtifact(resolve(terminal.cwd, named)).catch((error: unknown) => {
      if (isAppName(named)) return undefined
      throw error
    })
    if (artifact !== undefined)
      return { artifact, appName: checkAppName(options.text('app') ?? artifact.appName, named), ...(await ownRelease(artifact, host)) }
  }
  const home = await knownApp(invocation, host, named)
  const release = await chosenRelease(home, options.text('release'))
  return { artifact: await home.artifact(release), appName: home.appName, releasePath: home.releasePath(release) }
}

/** The release of this host that a file is the artifact of, so that what lies beside it goes along. */
async function ownRelease({ appName, buildId, metadata }: BuildArtifact, host: Host): Promise<{ readonly releasePath?: string }> {
  if (!isAppName(appName) || buildId === '') return {}
  const home = host.home.app(appName)
  const release = (await home.releases()).find(({ id, committed }) => committed && id === metadata['release'])
  if (release === undefined || (await home.artifact(release.id)).buildId !== buildId) return {}
  return { releasePath: home.releasePath(release.id) }
}

async function chosenRelease(home: AppHome, named: string | undefined): Promise<string> {
  if (named !== undefined) return rollbackRelease(home, named)
  const committed = (await home.releases()).filter((one) => one.committed)
  const chosen = committed.find((one) => one.isCurrent) ?? committed.at(-1)
  if (chosen !== undefined) return chosen.id
  throw hop3Error('artifact.missing', `${home.appName} has no release to export.`, { hint: 'Build one first: `hop3 build`.' })
}

function needText(need: Need): string {
  if (need.kind === 'tool') return `the tool ${need.name} of $HOP3_HOME/tools`
  return need.kind === 'interpreter' && need.python !== undefined ? `Python ${need.python} (${need.path})` : need.path
}
