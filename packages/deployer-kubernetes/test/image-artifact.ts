import type { BuildArtifact } from '@hop3/core'
import { imageArtifact as anyImage } from '@hop3/testing'

/** One that says of its image what a cluster is told without asking an engine. */
export const imageArtifact: typeof anyImage = (image, directory, runtime, metadata): BuildArtifact =>
  anyImage(image, directory, runtime, { image: { user: '1000', platform: 'linux/amd64' }, ...metadata })
