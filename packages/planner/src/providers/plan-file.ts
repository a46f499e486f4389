/** Plan files as providers: data, read without running anything and without a look at the app or the environment. */
import { readFileSync, statSync } from 'node:fs'
import { hop3Error, visible, type Decision, type PlanInput, type PlanPackage } from '@hop3/core'
import type { NamedPlan } from '../app/combine-toolchains.ts'
import { readJsonDocument } from '../config/json-document.ts'
import { locateToml, type LocatedValue } from '../config/located-value.ts'
import { locatePlanInput } from '../config/plan-input.ts'
import { planOrigins } from '../config/plan-origins.ts'
import { saidAt } from '../source/said-at.ts'
import { parseToml } from '../source/parse-toml.ts'
import { tomlPositions } from '../source/toml-positions.ts'
import { checkProvided } from './check-provided.ts'
import type { ProviderRequest } from './load-provider.ts'
import { wordFor } from './provider-entry.ts'

/** A plan is a few kilobytes. */
export const mostPlanBytes = 1024 * 1024

/** A file of the app. Throws `config.provider.missing`, `config.path-outside`, `config.symlink-escapes` and as `planFromText`. */
export async function planFromFile({ entry, origin, source }: ProviderRequest, path: string): Promise<NamedPlan> {
  const text = await saidAt(origin, () => source.readText(path))
  if (text !== undefined && Buffer.byteLength(text) <= mostPlanBytes) return planFromText(wordFor(entry), text, path.replace(/^\.\//, ''))
  const saw = text === undefined ? 'there is no such file in the app' : 'it is larger than 1 MiB'
  throw hop3Error('config.provider.missing', `${origin}: the provider ${visible(entry.text)} cannot be read: ${saw}.`, {
    hint:
      text === undefined
        ? `Create the file, or correct the path: it is relative to the app's root.`
        : 'A provider is a plan of a few kilobytes.',
    details: { origin },
  })
}

/** A file of an installed package. */
export function planFromPackage(word: string, { name, planFile }: PlanPackage): NamedPlan {
  if (statSync(planFile).size > mostPlanBytes)
    throw hop3Error('config.provider.missing', `The plan file of ${name} is larger than 1 MiB.`, {
      hint: `Report it to the authors of ${name}.`,
    })
  const shown = `${name}/${planFile.slice(planFile.lastIndexOf('/') + 1)}`
  return planFromText(word, readFileSync(planFile, 'utf8').replace(/^\ufeff/, ''), shown)
}

/** `path` decides between TOML and JSON, and is named in messages. Throws `config.syntax`, `config.unknown-key`, `config.invalid`, `config.provider.plan`. */
export function planFromText(word: string, text: string, path: string): NamedPlan {
  const document = locate(text, path)
  const { plan: input, originOf } = locatePlanInput(document)
  checkForeign(document, input)
  const { phases, variables, versions, exclude, runtime, start, buildImage, staticAssets } = input
  const { kind, ...running } = runtime ?? {}
  const processes = { ...input.processes, ...(start?.cmd ? { web: start.cmd } : {}) }
  const plan = {
    kind: kind ?? '',
    phases: phases ?? {},
    processes,
    ...(variables ? { variables } : {}),
    versions: versions ?? {},
    ...(exclude ? { exclude } : {}),
    runtime: given(running),
    decisions: decisionsOf(document, input, processes),
    warnings: [],
  }
  return {
    name: word,
    plan: checkProvided(plan, originOf),
    origins: planOrigins(input, originOf),
    extra: { buildImage, staticAssets, ...(start ? { start: { ...start, cmd: undefined } } : {}) },
  }
}

function locate(text: string, path: string): LocatedValue {
  const isJson = /\.json$/i.test(path) || (!/\.toml$/i.test(path) && text.trimStart().startsWith('{'))
  if (isJson) return readJsonDocument(path, text)
  return locateToml(path, text, parseToml(text, path), tomlPositions(text))
}

/** What only an app can say. */
function checkForeign(document: LocatedValue, input: PlanInput): void {
  const key = (input.providers ?? []).length > 0 ? 'providers' : input.root ? 'root' : undefined
  if (key === undefined) return
  const origin = document.originOf([key])
  throw hop3Error('config.provider.plan', `${origin}: a plan that is a provider cannot say \`${key}\`.`, {
    hint: key === 'providers' ? "List all providers in the app's own configuration." : 'Write it under [build] in hop3.toml of the app.',
    details: { origin },
  })
}

function decisionsOf(document: LocatedValue, { phases }: PlanInput, processes: Readonly<Record<string, string>>): readonly Decision[] {
  const commands = Object.entries(phases ?? {}).flatMap(([name, phase]): readonly Decision[] =>
    phase.cmds ? [{ key: `phases.${name}`, value: phase.cmds.join(' && '), origin: document.originOf(['phases', name, 'cmds']) }] : [],
  )
  const started = Object.entries(processes).map(([name, value]) => ({
    key: `processes.${name}`,
    value,
    origin: document.originOf(
      name === 'web' && document.originOf(['processes', name]) === document.originOf([]) ? ['start', 'cmd'] : ['processes', name],
    ),
  }))
  return [...commands, ...started]
}

function given<Table extends object>(table: Table): { [Key in keyof Table]?: NonNullable<Table[Key]> } {
  const kept: { [Key in keyof Table]?: NonNullable<Table[Key]> } = {}
  for (const key in table) {
    const value = table[key]
    if (value !== undefined && value !== null) kept[key] = value
  }
  return kept
}
