import type { Verdict } from '@hop3/core'
import type { NixSession } from './session.ts'

/** Accepts an app with a hop3.nix, with the file `[build.nix]` names, or with a template. Whether this host has Nix is for the build to say. */
export function acceptApp({ context, file, hasFile, template, convertedFrom, options }: NixSession): Verdict {
  if (convertedFrom !== undefined)
    return { accepted: true, reason: `the template ${template} fits (${convertedFrom})`, evidence: [convertedFrom] }
  if (template !== undefined) return { accepted: true, reason: `[nix] asks for the template ${template}` }
  if (hasFile) return { accepted: true, reason: `there is a ${file}`, evidence: [file] }
  if (options.file !== undefined) return { accepted: false, reason: `[build.nix] names ${options.file}, which is not there` }
  if (context.config.build.strategy === 'nix') return { accepted: false, reason: 'no hop3.nix, and no template fits the app' }
  return { accepted: false, reason: 'no hop3.nix' }
}
