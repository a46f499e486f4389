/** Dockerfiles that mean something else to the builder before BuildKit, or nothing: found before it runs them. */
import { hop3Error, type Hop3Error } from '@hop3/core'
import type { Engine } from '../engine/engine.ts'
import { dockerfileInstructions, excerpt } from './dockerfile-lines.ts'

export interface ClassicRequest {
  readonly engine: { readonly facts: Engine['facts']; readonly host: Pick<Engine['host'], 'address'> }
  readonly dockerfile: { readonly path: string; readonly text: string }
  /** Who asked for the older builder: `hop3.toml:3`. Undefined where the engine has no other. */
  readonly asked: string | undefined
}

/** Undefined where both builders make the same of it. Podman's is neither of them: it knows the options, and from 4.8 on here-documents. */
export function needsBuildKit({ engine, dockerfile, asked }: ClassicRequest): Hop3Error | undefined {
  const { version, apiVersion, isPodman } = engine.facts
  const found = dockerfileInstructions(dockerfile.text).flatMap((instruction) => {
    const what = newerPart(instruction.keyword, instruction.text)
    const isKnown = what === undefined || (isPodman && (what !== hereDocument || knowsHereDocuments(version)))
    return isKnown ? [] : [{ ...instruction, what }]
  })[0]
  if (found === undefined) return undefined
  const why =
    asked === undefined
      ? `the container engine at ${engine.host.address} has none: it is of version ${version} (API ${apiVersion})`
      : `${asked} turns it off`
  return hop3Error(
    'build.needs-buildkit',
    `${dockerfile.path}:${found.firstLine}: ${found.keyword} ${found.what} needs BuildKit, and ${why}.\n${excerpt(dockerfile.path, dockerfile.text, found.firstLine, found.lastLine)}`,
    {
      hint:
        asked === undefined
          ? 'Update the engine (Docker 18.09 has it, Podman 4.8 can do without), or write the step in another way.'
          : 'Take that out, or write the step in another way.',
      details: { file: dockerfile.path, line: found.firstLine },
      class: asked === undefined ? 'environment' : 'user',
    },
  )
}

const hereDocument = 'with a here-document'

function knowsHereDocuments(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > 4 || (major === 4 && minor >= 8)
}

const newerOptions: Readonly<Record<string, RegExp>> = {
  RUN: /^(?:--\S+\s+)*?(--(?:mount|network|security))\b/,
  COPY: /^(?:--\S+\s+)*?(--(?:parents|exclude))\b/,
  ADD: /^(?:--\S+\s+)*?(--(?:checksum|keep-git-dir|exclude|unpack))\b/,
}

function newerPart(keyword: string, text: string): string | undefined {
  if (/^(?:RUN|COPY|ADD)$/.test(keyword) && /(?:^|\s)\d*<<-?["']?[A-Za-z_]/.test(text)) return hereDocument
  return newerOptions[keyword]?.exec(text)?.[1]
}
