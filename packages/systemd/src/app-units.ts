/** All units of one app: a pure decision. They start what the uwsgi deployer starts, with the same variables, limits and ends. */
import {
  artifactForm,
  checkAppName,
  checkWorkerName,
  hop3Error,
  targetScale,
  workerEnvironment,
  type BuildArtifact,
  type DeploymentContext,
} from '@hop3/core'
import { beforeRunUnit } from './before-run-unit.ts'
import { cronTiming } from './calendar.ts'
import type { Unit } from './unit.ts'
import { isAddressed, workerService, type UwsgiProgram } from './worker-service.ts'

export type { UwsgiProgram } from './worker-service.ts'

export interface UnitsRequest {
  readonly artifact: BuildArtifact
  /** HOME and USER of `baseEnv` are systemd's to say where they are left out. */
  readonly context: Pick<DeploymentContext, 'appName' | 'config' | 'release' | 'scale' | 'directories' | 'appEnv' | 'baseEnv'>
  /** Who the workers run as. */
  readonly user: string
  /** What the operator set for the app stands in them and never in a unit; later ones win. */
  readonly environmentFiles: readonly string[]
  /** Of the first instance of the web worker, the next one has the next. Absent: whoever uses the units says it. */
  readonly port?: number
  /** `before_run` has succeeded in this release already, as on the host whose Hop3 has deployed it: the units do not run it again. */
  readonly hasRunBefore?: boolean
  /** What runs a `wsgi` worker. */
  readonly uwsgi?: UwsgiProgram
}

export interface WorkerUnit {
  readonly worker: string
  /** From 1. */
  readonly ordinal: number
  readonly service: Unit
  /** Of a cron worker. */
  readonly timer?: Unit
}

export interface AppUnits {
  /** Starts and stops all others. */
  readonly target: Unit
  /** What has to succeed once in a release before its workers start. */
  readonly beforeRun?: Unit
  readonly workers: readonly WorkerUnit[]
}

/** Throws `deploy.systemd.nothing` for what runs no processes of this host, and `deploy.systemd.*` for what systemd cannot be told. */
export function appUnits(request: UnitsRequest): AppUnits {
  const { artifact, context } = request
  const appName = checkAppName(context.appName)
  const { release } = context
  const commands = processWorkers(artifact)
  const counts = targetScale(artifact.runtime.workers, context.scale)
  const target = `hop3-${appName}.target`
  const before = request.hasRunBefore === true || artifact.runtime.beforeRun.length === 0 ? undefined : beforeRunUnit(request)
  const workers = commands.flatMap(([worker, command]) =>
    Array.from({ length: counts[checkWorkerName(worker)] ?? 1 }, (_, index) =>
      worker.startsWith('cron')
        ? cronUnits(request, worker, command, before)
        : serviceUnits(request, { worker, ordinal: index + 1, command, before }),
    ),
  )
  checkPorts(request.port, workers)
  return {
    target: {
      name: target,
      sections: { Unit: { Description: `${appName}, release ${release.id} of Hop3` }, Install: { WantedBy: 'multi-user.target' } },
    },
    ...(before && { beforeRun: before }),
    workers,
  }
}

/** `wsgi` is a toolchain's way to answer requests, and gives way to a `web` command; `static` is for the proxy. */
function processWorkers(artifact: BuildArtifact): readonly (readonly [string, string])[] {
  const { workers } = artifact.runtime
  const form = artifactForm(artifact)
  const found = Object.entries(workers).filter(([name]) => name !== 'static' && !(name === 'wsgi' && 'web' in workers))
  if (form === 'process' && found.length > 0) return found
  const why = form === 'image' ? 'its release is an image' : 'it is a site, which has no processes'
  throw hop3Error('deploy.systemd.nothing', `There is nothing of ${artifact.appName} for systemd to run: ${why}.`, {
    hint: form === 'image' ? 'Build it without containers: `hop3 deploy --builder local`.' : 'A web server has its files.',
  })
}

/** Throws `deploy.systemd.value` where an instance would get a port there is not. */
function checkPorts(port: number | undefined, workers: readonly WorkerUnit[]): void {
  if (port === undefined) return
  const last = port + Math.max(1, workers.filter(({ worker }) => isAddressed(worker)).length) - 1
  if (Number.isInteger(port) && port >= 1 && last <= 65_535) return
  throw hop3Error('deploy.systemd.value', `The web instances cannot have the ports ${port} to ${last}: there are those from 1 to 65535.`, {
    hint: 'Have the first of them listen on another port, such as 8000.',
  })
}

function serviceUnits(
  request: UnitsRequest,
  one: { readonly worker: string; readonly ordinal: number; readonly command: string; readonly before: Unit | undefined },
): WorkerUnit {
  const { worker, ordinal } = one
  const name = `hop3-${request.context.appName}.${worker}@${ordinal}.service`
  return { worker, ordinal, service: { name, sections: workerService(request, one) } }
}

/** systemd starts no second run of a service that is still running. */
function cronUnits(request: UnitsRequest, worker: string, line: string, before: Unit | undefined): WorkerUnit {
  const { artifact, context } = request
  const { onCalendar, command } = cronTiming(line, worker, workerEnvironment({ artifact, context, worker })['TZ'])
  const target = `hop3-${context.appName}.target`
  const name = `hop3-${context.appName}.${worker}`
  const timer = {
    name: `${name}.timer`,
    sections: {
      Unit: { Description: `When ${worker} of ${context.appName} runs`, PartOf: target },
      Timer: { OnCalendar: onCalendar, AccuracySec: '1s', Unit: `${name}.service` },
      Install: { WantedBy: target },
    },
  }
  const sections = workerService(request, { worker, ordinal: 1, command, before })
  return { worker, ordinal: 1, service: { name: `${name}.service`, sections }, timer }
}
