import { library } from '../../tsup.base.ts'

// `hop3 plan` reads these files and nothing else of the toolchains: the few functions of core they use are 2 ms quicker here than in its package,
// and a file without its comments is 1 ms quicker to load.
export default library(['src/index.ts'], ['@hop3/core'], { minify: true })
