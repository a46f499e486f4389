import { program } from '../../tsup.base.ts'

// What every start reads goes into the program's own files; strategies stay packages, found like anybody's.
export default program(['src/bin.ts'], ['@hop3/core', '@hop3/planner', '@hop3/releases', 'zod', 'smol-toml', 'ignore'])
