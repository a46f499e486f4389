/** A build plan as a Dockerfile: the same text for the same plan, whatever the host and the time. */
import { appRoot } from './app-root.ts'
import { buildStage } from './images.ts'
import { phaseStages } from './phase-stages.ts'
import { assignments } from './quote.ts'
import { finalStage } from './run-stages.ts'
import { sourceStage } from './source-stage.ts'
import { usedLanguages, type Planned } from './used-languages.ts'

export { imageWorkers, type ImageWorkers } from './image-workers.ts'
export { startedScripts } from './started-scripts.ts'

export interface DockerfileRequest {
  readonly planned: Planned
  readonly appName: string
  /** False: for the classic builder, without `--mount`. */
  readonly buildkit: boolean
  /** Secrets that have a value. Without it every secret of the plan counts as given, which the classic builder refuses. */
  readonly givenSecrets?: readonly string[]
  /** Commands of the scripts its processes start: see `startedScripts`. */
  readonly scripts?: readonly string[]
}

export interface PlannedDockerfile {
  readonly text: string
  /** Every image that is built on or copied from. */
  readonly baseImages: readonly string[]
  /** Secrets that steps mount, by their names as ids. */
  readonly secrets: readonly string[]
  readonly warnings: readonly string[]
}

/**
 * The context it is built with is the app's source (`PlannedApp.base`). Throws `build.dockerfile.*` for what a Dockerfile cannot say, naming it;
 * a value of the environment that it cannot hold becomes a warning, because deployers give it.
 */
export function planDockerfile({ planned, appName, buildkit, givenSecrets, scripts }: DockerfileRequest): PlannedDockerfile {
  const { plan } = planned
  const used = usedLanguages(planned, scripts)
  const base = buildStage(planned, used)
  const stages = phaseStages({ plan, appName, buildkit, givenSecrets })
  // What ENV cannot hold is exported by each step.
  const { written } = assignments(plan.variables)
  const final = finalStage({ planned, appName, used, stages })
  const lines = [
    // The first line, so that no line below it is a directive to the parser.
    `# ${appName}, from its build plan. Printed by \`hop3 build --print-dockerfile\`.`,
    `FROM ${base.image} AS base`,
    ...base.lines,
    ...(written.length === 0 ? [] : [`ENV ${written.join(' \\\n    ')}`]),
    `WORKDIR ${appRoot}`,
    '',
    ...sourceStage(plan.exclude ?? []),
    '',
    ...stages.lines,
    ...final.lines,
  ]
  return {
    text: `${lines.join('\n')}\n`,
    baseImages: [...new Set([base.image, ...base.copied, ...final.images])],
    secrets: stages.secrets,
    warnings: [...new Set([...base.warnings, ...final.warnings])],
  }
}
