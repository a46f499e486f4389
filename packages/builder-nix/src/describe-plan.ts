/** Which template an app is built by and how far what it makes can be made again, and what the release that serves takes of the store. */
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { formatBytes, type BuildContext, type PlanNote } from '@hop3/core'
import { orElse } from '@hop3/core/files'
import { isObject, parseJson } from '@hop3/core/json'
import * as z from 'zod/mini'
import { createSession } from './session.ts'
import { templates, tierMeanings } from './templates/templates.ts'

type Row = PlanNote['rows'][number]
type Part = Pick<PlanNote, 'rows' | 'value'>

const closureSchema = z.object({
  size: z.number(),
  count: z.number(),
  largest: z.array(z.object({ path: z.string(), size: z.number() })),
  change: z.optional(z.object({ release: z.string(), size: z.number() })),
})

/** See `BuilderFactory.describePlan`. What the next release takes is known only once it is built. */
export async function describePlan(context: BuildContext): Promise<PlanNote | undefined> {
  const [template, closure] = [await templateOf(context), await closureOf(context)]
  if (template === undefined && closure === undefined) return undefined
  return {
    title: 'Nix',
    rows: [...(template?.rows ?? []), ...(closure?.rows ?? [])],
    value: { ...template?.value, ...closure?.value },
  }
}

/** Undefined where the app has an expression of its own, or no template fits. */
async function templateOf(context: BuildContext): Promise<Part | undefined> {
  const { template, hasFile, convertedFrom } = await createSession(context)
  if (template === undefined || hasFile) return undefined
  const { version, tier } = templates[template]
  const meaning = tierMeanings[tier]
  const { origins } = context.config
  const origin = convertedFrom ?? origins['build.nix.template'] ?? origins['build.nix.nixpkgs-package'] ?? '[nix]'
  const rows: readonly Row[] = [
    ['template', `${template}, version ${version}`, origin],
    ['tier', `${tier}: ${meaning}`],
  ]
  return { rows, value: { template, version, tier, meaning, origin } }
}

/** Of the release that serves, as its artifact says it. Undefined where Nix did not build it. */
async function closureOf({ current }: BuildContext): Promise<Part | undefined> {
  if (current === undefined) return undefined
  const artifact = parseJson(await orElse(readFile(join(current.path, 'BUILD_ARTIFACT.json'), 'utf8'), ''))
  const metadata = isObject(artifact) ? artifact['metadata'] : undefined
  const nix = isObject(metadata) ? metadata['nix'] : undefined
  const { success, data } = closureSchema.safeParse(isObject(nix) ? nix['closure'] : undefined)
  if (!success) return undefined
  const { size, count, largest } = data
  // Without the hash.
  const names = largest.map((one) => `${basename(one.path).slice(33)} ${formatBytes(one.size)}`)
  const rows: readonly Row[] = [
    ['serves', `${formatBytes(size)} in ${count} path${count === 1 ? '' : 's'} of the store`, current.id],
    ['largest', names.join(', ')],
  ]
  return { rows, value: { closure: { release: current.id, ...data } } }
}
