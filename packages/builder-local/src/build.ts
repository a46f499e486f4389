/** One build, from the source to the artifact. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hop3Error, toHop3Error, type BuildArtifact, type BuildContext, type Platform } from '@hop3/core'
import { openBuildLog } from '@hop3/core/processes'
import { formatPlan, type PlannedApp } from '@hop3/planner'
import { both } from './both.ts'
import { fingerprintOf, readSource } from './build-inputs.ts'
import { describeArtifact } from './describe-artifact.ts'
import { warnOfEnvFiles, warnOfLinkLoops, warnOfMissingSecrets, warnOfSystemPackages } from './host-warnings.ts'
import { readOptions } from './options.ts'
import { checkPhasePaths } from './phase-paths.ts'
import { planSecrets } from './phase-environment.ts'
import { logPlanChange } from './plan-change.ts'
import { hostPlatform } from './platform.ts'
import { runPhases } from './run-phases.ts'
import type { Session } from './session.ts'
import { stageSource } from '@hop3/planner/source-tree'
import { noTools, type ProvidedTools } from './versions/provided-tools.ts'

/** See `Builder.build`. */
export async function buildApp(session: Session): Promise<BuildArtifact> {
  const { context } = session
  try {
    return await buildInto(context, await session.planned())
  } catch (error) {
    if (context.signal.aborted) throw error
    throw toHop3Error(error, `Cannot build ${context.appName}`)
  }
}

async function buildInto(context: BuildContext, planned: PlannedApp): Promise<BuildArtifact> {
  const { release, sourcePath, signal, log } = context
  const { plan, kind, warnings } = planned
  if (kind === '')
    throw hop3Error('build.nothing-to-build', `Nothing says what ${context.appName} is.`, {
      hint: 'Run `hop3 detect` to see what was looked for.',
    })
  checkPhasePaths(plan, planned.layers)
  const options = readOptions(context.config)
  const startedOn = context.clock.now().toISOString()
  const platform = hostPlatform()
  const appRoot = join(release.path, 'source')
  for (const warning of warnings) log.warn(warning)
  await writeFile(join(release.path, 'plan.json'), formatPlan(plan))
  await logPlanChange(context, planned)
  const buildLog = openBuildLog(join(release.path, 'build.log'), planSecrets(plan, context.secret))
  try {
    const [staged, tools] = await both(copySource(context, planned, appRoot), toolsFor(context, planned, platform))
    warnOfEnvFiles(staged, log)
    warnOfLinkLoops(staged, appRoot, log)
    warnOfSystemPackages(plan, log)
    warnOfMissingSecrets(context, plan)
    const fingerprint = await fingerprintOf(context, planned, staged)
    const cache = await runPhases({ context, plan, layers: planned.layers, options, platform, appRoot, staged, buildLog, tools })
    signal.throwIfAborted()
    return await describeArtifact({ context, planned, staged, fingerprint, cache, platform, appRoot, sourcePath, tools, startedOn })
  } finally {
    buildLog.close()
  }
}

async function toolsFor(context: BuildContext, { plan, base }: PlannedApp, platform: Platform): Promise<ProvidedTools> {
  if (Object.keys(plan.versions).length === 0) return noTools
  const { provideTools } = await import('./versions/provide-tools.ts')
  return provideTools({ context, plan, platform, directory: join(context.sourcePath, base, plan.root ?? '') })
}

async function copySource(context: BuildContext, planned: PlannedApp, appRoot: string): ReturnType<typeof stageSource> {
  const { sourcePath, signal, clock } = context
  const log = context.log.child({ phase: 'source' })
  const started = clock.monotonic()
  log.info('source', { kind: 'begin' })
  const staged = await stageSource({
    sourcePath: join(sourcePath, planned.base),
    entries: await readSource(context, planned),
    target: appRoot,
    signal,
  })
  const files = staged.filter(({ kind }) => kind === 'file').length
  log.info('source', { kind: 'end', milliseconds: Math.round(clock.monotonic() - started), cached: false, files })
  return staged
}
