/** What one builder finds out once and uses in `accept`, `fingerprint` and `build`. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { BuildContext } from '@hop3/core'
import { mostMemory } from './evaluation-memory.ts'
import { nixHost, type NixHost } from './nix-host.ts'
import { readPin, type Nixpkgs } from './nixpkgs-pin.ts'
import type { NixOptions } from './options.ts'
import { noFacts, type ToolchainFacts } from './templates/facts.ts'
import type { Locked } from './templates/lock.ts'
import type { TemplateName } from './templates/template-names.ts'
import type { TemplateUse } from './templates/template-use.ts'

export interface NixSession {
  readonly context: BuildContext
  /** The directory that is built: the source, or `[build] root` of it. */
  readonly root: string
  readonly options: NixOptions
  /** The app's expression, relative to `root`. */
  readonly file: string
  readonly hasFile: boolean
  /** Where the app has no expression of its own, and its configuration says which is to be used. */
  readonly template: TemplateName | undefined
  /** What the template was found by, where the configuration names none. */
  readonly convertedFrom?: string
  /** What the toolchain of the template says of the app, where one was asked. */
  readonly facts?: ToolchainFacts
  /** In place of what hop3.lock.json has: for who finds that out. */
  readonly locked?: Locked
  /** Bytes an evaluation may take. */
  readonly memory: number
  readonly host: () => NixHost
  /** Read once: what a fingerprint names is what is built with. */
  readonly pin: () => Nixpkgs | undefined
}

/** Throws `config.invalid` for a `[build.nix]` that is none. */
export async function createSession(given: BuildContext): Promise<NixSession> {
  const { config, sourcePath } = given
  const options = config.build.options['nix'] === undefined ? defaultOptions : (await import('./options.ts')).readOptions(config)
  const root = join(sourcePath, config.build.root ?? '')
  const file = options.file ?? 'hop3.nix'
  let host: NixHost | undefined
  let pinned: { readonly is: Nixpkgs | undefined } | undefined
  const pin = (): Nixpkgs | undefined => (pinned ??= { is: readPin(options, given) }).is
  const hasFile = existsSync(join(root, file))
  // A package of nixpkgs by its name is the template that wraps one (ADR 006, layer 2).
  const named = options.template ?? (options['nixpkgs-package'] === undefined ? undefined : 'nixpkgs-wrapper')
  const isConverted = config.build.strategy === 'nix' && !hasFile && named === undefined && options.file === undefined
  const conversion = isConverted ? await (await import('./templates/convert.ts')).convert(given, options, root) : undefined
  const described =
    named === undefined || hasFile ? conversion : await (await import('./templates/convert.ts')).describeNamed(given, options, named, root)
  const context = described === undefined ? given : { ...given, config: described.config }
  return {
    context,
    root,
    options,
    file,
    hasFile,
    template: conversion?.template ?? named,
    memory: mostMemory(),
    host: () => (host ??= nixHost(given)),
    pin,
    ...(described !== undefined && { facts: described.facts }),
    ...(conversion !== undefined && { convertedFrom: conversion.evidence }),
  }
}

/** The session's template with all that its values come from. */
export function useOf({ root, options, facts }: NixSession, name: TemplateName): TemplateUse {
  return { name, options, root, facts: facts ?? noFacts }
}

/** What the schema makes of an empty table: every app's builder is asked, and few need the schema, which takes time to load. */
const defaultOptions: NixOptions = { pure: true, sandbox: 'auto', timeout: 3600 }
