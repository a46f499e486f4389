import type { OptionsOf } from '@hop3/core'
import type * as zod from 'zod'

/** `[build.python]`. */
export const pythonOptions = ((z) =>
  z.strictObject({
    packageManager: z
      .enum(['pip', 'uv', 'poetry', 'pdm', 'pipenv'])
      .optional()
      .describe('Which files decide what is installed. Default: the lock file, else requirements.txt, else pyproject.toml.'),
    strategy: z.enum(['uv-sync', 'requirements', 'pyproject']).optional().describe("Hop3's own spelling of the same choice."),
    version: z.string().min(1).optional().describe('The version of Python: 3.12.'),
    requirements: z.string().min(1).optional().describe('The requirements file, when it is not requirements.txt.'),
    extras: z.array(z.string().min(1)).optional().describe('Extras of the project to install as well.'),
    migrations: z
      .boolean()
      .optional()
      .describe("true: run Django's migrations before each switch to a new release. Default: they are not run."),
    collectstatic: z.boolean().optional().describe("false: never run Django's collectstatic."),
  })) satisfies OptionsOf

export type PythonOptions = Partial<zod.output<ReturnType<typeof pythonOptions>>>
