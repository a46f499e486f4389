import { library } from '../../tsup.base.ts'

export default library([
  'src/index.ts',
  'src/docker.ts',
  'src/files.ts',
  'src/json.ts',
  'src/lock.ts',
  'src/processes.ts',
  'src/routes.ts',
  'src/schemas.ts',
])
