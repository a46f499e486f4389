import type { Language } from '../language.ts'
import { acceptDotnet } from './accept.ts'
import { dotnetOptions } from './options.ts'
import { planDotnet } from './plan.ts'

/** C#, F# and Visual Basic. */
export const dotnet: Language = { name: 'dotnet', options: dotnetOptions, accept: acceptDotnet, plan: planDotnet }
