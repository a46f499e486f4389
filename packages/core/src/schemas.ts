/** The zod schemas, in an entry of their own (`@hop3/core/schemas`): importing `@hop3/core` must not cost the start-up time of zod. */
export { buildArtifactSchema, runtimeConfigSchema } from './artifact.ts'
export { phaseInputSchema, planInputSchema, runtimeInputSchema, startInputSchema, toolVersionSchema } from './build-plan.ts'
export { deploymentInfoSchema, upstreamSchema } from './deployer.ts'
