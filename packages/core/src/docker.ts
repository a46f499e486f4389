/** Which container engine is meant and how it is reached, in an entry of its own (`@hop3/core/docker`): most commands need none. */
export { dockerFailure } from './docker-failure.ts'
export { findDockerHost } from './docker-host.ts'
export type { DockerHost, DockerOptions } from './docker-host.ts'
