import { processArtifact, siteArtifact, testDeployer } from '@hop3/testing'
import { uwsgiDeployer } from '../src/index.ts'

testDeployer({
  factory: uwsgiDeployer,
  form: 'process',
  artifact: processArtifact,
  rejects: siteArtifact,
  crashes: (directory) => processArtifact(directory, { workers: { web: 'echo the last words; exit 3' } }),
})
