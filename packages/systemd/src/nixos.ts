/** The units of an app as a NixOS module (`@hop3/systemd/nixos`): one constant file, and data beside it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BuildArtifact } from '@hop3/core'
import { appUnits, type UnitsRequest, type WorkerUnit } from './app-units.ts'
import type { Settings, Unit } from './unit.ts'

export { nixPath } from './nix-path.ts'

export interface ModuleRequest {
  readonly artifact: BuildArtifact
  readonly context: UnitsRequest['context']
  /** Of the first web instance, where the configuration says nothing else. */
  readonly port: number
  /** Everything of the store that the app needs. */
  readonly paths: readonly string[]
}

/** By name: the files of a directory that a NixOS configuration imports. Throws as `appUnits`. */
export function nixosModule(request: ModuleRequest): Readonly<Record<string, string>> {
  const constant = readFileSync(join(import.meta.dirname, '../nix/module.nix'), 'utf8')
  return { 'default.nix': constant, 'hop3.json': `${JSON.stringify(moduleData(request), null, 2)}\n` }
}

function moduleData({ artifact, context, port, paths }: ModuleRequest) {
  const { appName } = context
  const data = `/var/lib/hop3-${appName}`
  const { target, beforeRun, workers } = appUnits({
    artifact,
    // Of the host it will run on: systemd makes the directory, and NixOS says where programs are.
    context: {
      ...context,
      directories: { ...context.directories, data },
      baseEnv: { HOME: data, LANG: 'C.UTF-8', PATH: '/run/wrappers/bin:/run/current-system/sw/bin' },
    },
    user: 'nobody',
    environmentFiles: [],
  })
  const before = beforeRun === undefined ? [] : [[stem(beforeRun), serviceData(beforeRun, {})] as const]
  const services = [...before, ...workers.map((one) => [stem(one.service), serviceData(one.service, one, beforeRun)] as const)]
  const description = target.sections['Unit']?.['Description']
  return { schema: 1, app: appName, release: context.release.id, description, port, paths, services: Object.fromEntries(services) }
}

function serviceData({ sections }: Unit, { worker = '', ordinal = 0, timer }: Partial<WorkerUnit>, before?: Unit) {
  const { Description: description, StartLimitIntervalSec, ConditionPathExists } = sections['Unit'] ?? {}
  // The module says these itself, by its options.
  const { User: _user, ReadWritePaths: _paths, StateDirectory: _state, ...serviceConfig } = sections['Service'] ?? {}
  const onCalendar = timer?.sections['Timer']?.['OnCalendar'] ?? []
  const unitConfig: Settings = {
    ...(StartLimitIntervalSec !== undefined && { StartLimitIntervalSec }),
    ...(ConditionPathExists !== undefined && { ConditionPathExists }),
  }
  const isAddressed = worker === 'web'
  return {
    description,
    ordinal,
    isAddressed,
    isStarted: 'Install' in sections,
    onCalendar: [onCalendar].flat(),
    requires: before === undefined ? [] : [before.name],
    healthCheck: isAddressed ? 'ExecStartPost' : '',
    unitConfig,
    serviceConfig,
  }
}

function stem({ name }: Unit): string {
  return name.replace(/\.service$/, '')
}
