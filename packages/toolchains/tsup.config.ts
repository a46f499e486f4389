import { library } from '../../tsup.base.ts'

// `hop3 plan` reads these files and nothing else of the toolchains: the few functions of core they use are 2 ms quicker here than in its package.
export default library(['src/index.ts'], ['@hop3/core'])
