/** Which container engine is meant and how it is reached, in an entry of its own (`@hop3/core/docker`): most commands need none. */
export { askDocker } from './ask-docker.ts'
export { dockerAnswer, readDocker } from './docker-answer.ts'
export type { DockerAnswer, DockerPatience } from './docker-answer.ts'
export { dockerFailure, dockerLost, dockerSilent } from './docker-failure.ts'
export { findDockerHost } from './docker-host.ts'
export type { DockerHost, DockerOptions } from './docker-host.ts'
export type { DockerQuestion } from './docker-request.ts'
export { defaultImagePort, exposedPorts, likelyPort, portNumber } from './image-port.ts'
