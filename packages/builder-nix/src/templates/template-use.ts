/** One app's use of a template: which, with which keys, and what its toolchain says. */
import { join } from 'node:path'
import type { NixOptions } from '../options.ts'
import type { ToolchainFacts } from './facts.ts'
import { readText, type ReadText } from './read-text.ts'
import type { TemplateName } from './template-names.ts'
import { templates } from './templates.ts'

export interface TemplateUse {
  readonly name: TemplateName
  readonly options: NixOptions
  readonly facts: ToolchainFacts
  /** The directory that is built. */
  readonly root: string
}

/** The template's own part of hop3-plan.json. */
export function valuesOf({ name, options, facts, root }: TemplateUse): Readonly<Record<string, unknown>> {
  return templates[name].values(options, facts, readerOf(root))
}

export function readerOf(root: string): ReadText {
  return (file) => readText(join(root, file))
}
