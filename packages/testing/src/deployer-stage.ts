/** Sets up what the deployers' tests act on, and looks at what runs. */
import { access } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import {
  targetScale,
  type BuildArtifact,
  type Deployer,
  type DeploymentContext,
  type DeploymentInfo,
  type Scale,
  type Upstream,
  type WorkerStatus,
} from '@hop3/core'
import { expect, onTestFinished } from 'vitest'
import { deploymentContextFor, releaseOf } from './context-for.ts'
import { request } from './http-request.ts'
import type { DeployerSuite, MakeArtifact } from './test-deployer.ts'
import { testHost, type TestHost } from './test-host.ts'

/** One release of an app on a test's host. */
export interface Staged {
  readonly host: TestHost
  readonly context: DeploymentContext
  readonly artifact: BuildArtifact
  /** A new one each time: what a deployer knows it reads from the host, as the next command would. */
  readonly deployer: (change?: Partial<DeploymentContext>) => Deployer
}

export interface StageRequest extends Partial<DeploymentContext> {
  /** The app's how-manieth release. Default 1. */
  readonly counter?: number
  readonly make?: MakeArtifact
}

export type Stage = (request?: StageRequest, host?: TestHost) => Promise<Staged>

/** Every app it has set up is stopped when the test has finished. */
export function stageFor({ factory, artifact: makeDefault, context: given }: DeployerSuite): Stage {
  return async ({ counter = 1, make = makeDefault, ...change } = {}, known) => {
    const host = known ?? (await testHost())
    const context = await deploymentContextFor(host, { release: releaseOf(host, counter, change.appName), ...given, ...change })
    const artifact = await make(context.release.path)
    const deployer: Staged['deployer'] = (other = {}) => factory.create(Object.freeze({ ...context, ...other }), artifact)
    onTestFinished(() => deployer({ signal: new AbortController().signal }).stop())
    return { host, context, artifact, deployer }
  }
}

/** `web.1 r000001-… g1 running`, sorted: what runs, without what is different every time. */
export async function runningOf(deployer: Deployer): Promise<readonly string[]> {
  return (await deployer.status()).map(describeStatus).toSorted(byCodeUnit)
}

/** The same for what is wanted. */
export function wantedOf({ artifact, context }: Staged, scale: Scale = {}): readonly string[] {
  const counts = targetScale(artifact.runtime.workers, { ...context.config.scale, ...context.scale, ...scale })
  const one = { release: context.release.id, generation: context.generation, state: 'running' as const }
  return Object.entries(counts)
    .flatMap(([worker, count]) => Array.from({ length: count }, (_, index) => describeStatus({ ...one, worker, ordinal: index + 1 })))
    .toSorted(byCodeUnit)
}

function describeStatus({
  worker,
  ordinal,
  release,
  generation,
  state,
}: Pick<WorkerStatus, 'worker' | 'ordinal' | 'release' | 'generation' | 'state'>): string {
  return `${worker}.${ordinal} ${release} g${generation} ${state}`
}

/** The worker whose count is changed: `web`, or the first one. Undefined where every worker is one of a kind. */
export function scalable({ artifact }: Staged): string | undefined {
  const names = Object.keys(artifact.runtime.workers).filter((name) => name !== 'static' && !name.startsWith('cron'))
  return names.includes('web') ? 'web' : names[0]
}

/** Whether every instance of the address answers, as its protocol would be spoken to. No address answers nothing. */
export async function answers(info: DeploymentInfo): Promise<boolean> {
  const each = info.upstreams.map((upstream) => reach(info.protocol, upstream))
  return (
    each.length > 0 &&
    (
      await Promise.all(
        each.map((one) =>
          one.then(
            () => true,
            () => false,
          ),
        ),
      )
    ).every(Boolean)
  )
}

async function reach(protocol: DeploymentInfo['protocol'], { address, port }: Upstream): Promise<void> {
  if (protocol === 'static') return access(join(address, 'index.html'))
  if (protocol !== 'http') return connected(address, port)
  const { status } = await request({ address, port })
  expect(status).toBeLessThan(500)
}

function connected(address: string, port: number | null): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port === null ? { path: address } : { host: address, port })
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.destroy()
      resolve()
    })
  })
}

function byCodeUnit(one: string, other: string): number {
  return one < other ? -1 : Number(one > other)
}
