import { converge, digestOfEnv } from './converge.ts'
import { currentTarget } from './current-target.ts'
import { deployResult, unchangedResult, type DeployResult } from './deploy-result.ts'
import type { Host } from './host.ts'
import { seeServed } from './see-served.ts'
import { operate } from './operation.ts'

export interface StartOptions {
  readonly wait?: boolean
}

/** Makes the current release serve: after `stop`, after a reboot, or to bring back what died. What already runs is left alone. */
export async function startApp(appName: string, host: Host, { wait }: StartOptions = {}): Promise<DeployResult> {
  return operate({ appName, host, operation: 'start', wait }, async (operation) => {
    const kept = await currentTarget(operation, { evenStopped: true })
    const { isServed, workers, url } = await seeServed(operation, kept)
    if (isServed) return unchangedResult(appName, kept.release.id, url, operation.state)
    const isEnvSame = operation.state.envDigest === (await digestOfEnv(await operation.appHome.readEnv()))
    // Beside instances with another env a new one belongs to their generation; where none runs, it would be taken for one of theirs.
    const isNewGeneration = !isEnvSame && !workers.some(({ state }) => state === 'running' || state === 'starting')
    const target = isNewGeneration ? { ...kept, generation: await operation.appHome.nextGeneration() } : kept
    await operation.record('begin')
    return deployResult(appName, target.release.id, await converge(operation, target))
  })
}

/** Replaces every instance of the current release by a new one, started with the app env of now, without losing a request. */
export async function restartApp(appName: string, host: Host, { wait }: StartOptions = {}): Promise<DeployResult> {
  return operate({ appName, host, operation: 'restart', wait }, async (operation) => {
    const target = { ...(await currentTarget(operation, { evenStopped: true })), generation: await operation.appHome.nextGeneration() }
    await operation.record('begin')
    return deployResult(appName, target.release.id, await converge(operation, target))
  })
}
