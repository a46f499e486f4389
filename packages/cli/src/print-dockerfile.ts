import { join } from 'node:path'
import type { CommandResult } from './command-spec.ts'
import { hostLog } from './host-registry.ts'
import type { Invocation } from './invocation.ts'
import { planDirectory } from './planned-app.ts'

/** The Dockerfile that `--builder docker` would build an app without one from, and nothing else: `DOCKER_BUILDKIT=0` asks for the classic builder's. */
export async function printDockerfile(invocation: Invocation): Promise<CommandResult> {
  const [{ planDockerfile, startedScripts }, { app, planned }] = await Promise.all([
    import('@hop3/builder-docker/dockerfile'),
    planDirectory(invocation),
  ])
  const buildkit = invocation.terminal.env['DOCKER_BUILDKIT'] !== '0'
  const scripts = await startedScripts(planned, join(app.sourcePath, planned.base))
  const { text, warnings } = planDockerfile({ planned, appName: app.name, buildkit, scripts })
  for (const warning of [...planned.warnings, ...warnings]) hostLog(invocation).warn(warning)
  return { value: {}, text, verbatim: true }
}
