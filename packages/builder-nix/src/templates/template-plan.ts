/** The values of a template, as hop3-plan.json has them. */
import { hop3Error, type AppConfig } from '@hop3/core'
import type { Locked } from './lock.ts'
import type { TemplateName } from './template-names.ts'
import { valuesOf, type TemplateUse } from './template-use.ts'
import { templates } from './templates.ts'
import { webCommand } from './web-command.ts'

export interface TemplatePlan {
  readonly template: TemplateName
  readonly version: number
  readonly name: string
  readonly workers: Readonly<Record<string, string>>
  readonly env: Readonly<Record<string, string>>
  /** Packages of nixpkgs whose programs are on PATH. */
  readonly paths: readonly string[]
}

/** `locked`: what is downloaded, where the template has one. Throws `config.nix-template` where a key is missing, or holds what Nix cannot. */
export function templatePlan(use: TemplateUse, appName: string, config: AppConfig, locked?: Locked): TemplatePlan {
  const { name, options, facts } = use
  const { version, needs } = templates[name]
  const missing = needs.filter((key) => options[key] === undefined)
  if (missing.length > 0) throw incomplete(name, missing, config)
  const web = webCommand(options)
  const plan = {
    template: name,
    version,
    name: appName,
    workers: { ...facts.workers, ...(web !== undefined && { web }) },
    env: { ...facts.envVars, ...options['runtime-env'] },
    paths: options['extra-paths'] ?? [],
    ...valuesOf(use),
    // In the name of what is downloaded: the same hash of something else is then no reason to take what is there.
    ...(locked !== undefined && { hash: locked.hash, inputs: locked.inputs.replace('sha256:', '').slice(0, 12) }),
  }
  checkText(plan, config)
  return plan
}

/** One line a key, in the order of the template, so that a change is a line of a diff. */
export function formatTemplatePlan(plan: TemplatePlan): string {
  return `${JSON.stringify(plan, null, 2)}\n`
}

/** `builtins.placeholder "out"`: the derivations of the templates have no other output. */
const outPlaceholder = '/1rz4g4znpzjwh1xymhjpm42vipw92pr73vdgl6xs1hycac8kf2n9'

/**
 * Nix ends a text at its first NUL, without a word, and reads no half of a surrogate pair; and the placeholder of an output becomes its path in
 * every variable of a derivation, whatever stands around it.
 */
function checkText(value: unknown, config: AppConfig): void {
  if (typeof value === 'string') {
    if (value.includes('\0') || !value.isWellFormed() || value.includes(outPlaceholder)) throw unfit(value, config)
    return
  }
  if (typeof value !== 'object' || value === null) return
  for (const [key, one] of Object.entries(value)) {
    checkText(key, config)
    checkText(one, config)
  }
}

function unfit(value: string, { origins }: AppConfig): Error {
  return hop3Error(
    'config.nix-template',
    `${origins['build.nix'] ?? '[nix]'}: Nix cannot have the text ${JSON.stringify(value.slice(0, 60))}: it holds a NUL, half a character or the placeholder of a store path.`,
    {
      hint: 'Put such bytes into a file, and name the file.',
    },
  )
}

function incomplete(name: TemplateName, missing: readonly string[], { origins }: AppConfig): Error {
  const origin = origins['build.nix.template'] ?? '[nix]'
  return hop3Error('config.nix-template', `${origin}: the template ${name} needs ${missing.map((key) => `\`${key}\``).join(' and ')}.`, {
    hint: `Add ${missing.map((key) => `\`${key} = "…"\``).join(' and ')} to the same table.`,
    details: { template: name, missing: [...missing] },
  })
}
