import { processArtifact, siteArtifact, testDeployer } from '@hop3/testing'
import { detached } from '../src/index.js'

testDeployer({
  factory: detached,
  form: 'process',
  artifact: (directory) => processArtifact(directory),
  rejects: (directory) => siteArtifact(directory),
  crashes: (directory) => processArtifact(directory, { workers: { web: 'exit 3' }, healthcheckTimeout: 5 }),
})
