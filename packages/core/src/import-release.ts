import type { BuildArtifact } from './artifact.ts'
import { freeze } from './freeze.ts'
import type { ReleaseSlot } from './home.ts'
import type { Host } from './host.ts'
import { operate } from './operation.ts'

export interface ImportOptions {
  readonly wait?: boolean
}

export interface ImportResult {
  readonly app: string
  readonly release: string
  readonly artifact: BuildArtifact
}

/**
 * Commits a release that was built elsewhere, without making it serve; `runArtifact` or `rollbackApp` can. `unpack` fills the directory of the
 * reserved release and says its artifact, which gets the app's name and the release's id; when it throws, the release is discarded.
 */
export async function importRelease(
  appName: string,
  host: Host,
  unpack: (slot: ReleaseSlot) => Promise<BuildArtifact>,
  { wait }: ImportOptions = {},
): Promise<ImportResult> {
  return operate({ appName, host, operation: 'import', wait }, async ({ appHome, record }) => {
    const slot = await appHome.nextRelease(host.newBuildId())
    await record('begin', { makes: slot.id })
    await appHome.reserve(slot)
    await record('build', { release: slot.id })
    const unpacked = await unpack(slot)
    host.signal.throwIfAborted()
    const artifact = freeze({ ...unpacked, appName, metadata: { ...unpacked.metadata, release: slot.id } })
    await record('commit', { release: slot.id })
    await appHome.commit(slot, artifact)
    await record('end', { release: slot.id })
    return { app: appName, release: slot.id, artifact }
  })
}
