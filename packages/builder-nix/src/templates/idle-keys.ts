import type { AppConfig } from '@hop3/core'
import type { NixOptions } from '../options.ts'
import { templateKeys } from '../template-keys.ts'
import type { TemplateName } from './template-names.ts'
import { templates } from './templates.ts'

/** What means something to every template. */
const shared = new Set(['template', 'exec-target', 'exec-args', 'pre-exec', 'local-vars', 'env-exports', 'extra-paths', 'runtime-env'])

/** A sentence for each key of `[nix]` that is written and says nothing: to this template, or to an app of its own expression. */
export function idleKeys(options: NixOptions, template: TemplateName | undefined, { origins }: AppConfig): readonly string[] {
  const taken = new Set<string>(template === undefined ? [] : [...shared, ...templates[template].takes])
  const written = Object.entries(options).filter(([name, value]) => name in templateKeys && value !== undefined)
  return written
    .filter(([name]) => !taken.has(name))
    .map(([name]) => {
      const origin = origins[`build.nix.${name}`]
      const whom = template === undefined ? 'an app with an expression of its own' : `the template ${template}`
      return `${origin === undefined ? '' : `${origin}: `}\`${name}\` says nothing to ${whom}, and is not used.`
    })
}
