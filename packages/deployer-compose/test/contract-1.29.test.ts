import { registerComposeContract } from './contract-suite.ts'
import { flavors } from './test-images.ts'

for (const flavor of flavors) if (flavor.name === 'Compose 1.29') registerComposeContract(flavor)
