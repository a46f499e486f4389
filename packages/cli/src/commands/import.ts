import { checkAppName, hop3Error, importRelease, isHop3Error, runArtifact, storeFor, visible, type Host } from '@hop3/core'
import { checkBundle, importBundle, type CheckedBundle } from '@hop3/releases/bundles'
import { join, resolve } from 'node:path'
import type { CommandResult } from '../command-spec.ts'
import { createHost } from '../host.ts'
import type { Invocation } from '../invocation.ts'
import { deployText } from '../render/deploy-text.ts'

export async function run(invocation: Invocation): Promise<CommandResult> {
  const { options, operands, output } = invocation
  const host = await createHost(invocation)
  const bundle = await checkedBundle(invocation, host, operands[0] ?? '')
  const appName = checkAppName(options.text('app') ?? bundle.manifest.app)
  const wait = options.flag('wait')

  const { release, artifact, unchanged } = await imported(bundle, appName, host, wait)
  const value = { app: appName, release, from: bundle.manifest.release, file: bundle.file, sha256: bundle.sha256, unchanged }
  if (options.flag('deploy')) {
    const result = await runArtifact(appName, artifact, host, { wait })
    return { value: { ...value, ...result }, text: deployText(result, output.paint) }
  }
  const written = join(host.home.app(appName).releasePath(release), 'BUILD_ARTIFACT.json')
  const next = `hop3 run ${appName} --artifact ${written}`
  return { value: { ...value, artifact: written }, text: `Imported ${release} of ${appName}: ${written}\nPut it live with: ${next}` }
}

async function checkedBundle({ options, terminal }: Invocation, host: Host, named: string): Promise<CheckedBundle> {
  const file = resolve(terminal.cwd, named)
  const sha256 = options.text('sha256')?.replace(/^sha256:/, '')
  if (sha256 !== undefined && !/^[0-9a-fA-F]{64}$/.test(sha256))
    throw hop3Error('usage.bad-value', `--sha256 ${visible(sha256)} is not a SHA-256.`, {
      hint: 'Write the 64 hex digits that `hop3 export` said.',
    })
  try {
    return await checkBundle(file, { sha256, signal: host.signal })
  } catch (error) {
    const code = error instanceof Error && !isHop3Error(error) && 'code' in error ? error.code : undefined
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error
    throw hop3Error('usage.no-bundle', `There is no file ${visible(file)}.`, {
      hint: '`hop3 export <app> -o app.hop3` makes one.',
      cause: error,
    })
  }
}

async function imported(bundle: CheckedBundle, appName: string, host: Host, wait: boolean) {
  const { run, signal, toolEnv: env } = host
  const store = await storeFor(bundle.artifact.builder, host)
  const unpack = await importBundle(bundle, { appName, home: host.home.path, env, run, signal, store })
  let unchanged: readonly string[] = []
  const result = await importRelease(
    appName,
    host,
    async (slot) => {
      const unpacked = await unpack(slot)
      unchanged = unpacked.unchanged
      return unpacked.artifact
    },
    { wait },
  )
  if (unchanged.length > 0) host.log.warn(unchangedText(unchanged))
  return { ...result, unchanged }
}

const mostNamed = 5

function unchangedText(files: readonly string[]): string {
  const named = files.slice(0, mostNamed).map(visible).join(', ')
  const more = files.length > mostNamed ? ` and ${files.length - mostNamed} more` : ''
  return `${named}${more} hold${files.length === 1 ? 's' : ''} the path of the release on the other host, which has another length, and stay as they are. Most programs use it for backtraces only; the same HOP3_HOME on both hosts avoids it.`
}
