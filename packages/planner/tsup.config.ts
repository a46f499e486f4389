import { library } from '../../tsup.base.ts'

export default library(['src/index.ts', 'src/source-tree.ts', 'src/supply-chain.ts'])
