import { program } from '../../tsup.base.ts'

export default program(['src/bin.ts'], ['execa', 'smol-toml', 'zod'])
