import { processArtifact, siteArtifact, testDeployer } from '@hop3/testing'
import { staticDeployer } from '../src/index.ts'

testDeployer({
  factory: staticDeployer,
  form: 'site',
  artifact: (directory) => siteArtifact(directory),
  rejects: (directory) => processArtifact(directory),
  crashes: (directory) => siteArtifact(directory, { workers: { static: `${directory}/not-built` } }),
})
