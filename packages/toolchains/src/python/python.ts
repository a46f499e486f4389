import type { Language } from '../language.ts'
import { acceptPython } from './accept.ts'
import { pythonOptions } from './options.ts'
import { planPython } from './plan.ts'

export const python: Language = {
  name: 'python',
  workspace: ['pyproject.toml'],
  options: pythonOptions,
  accept: acceptPython,
  plan: planPython,
}
