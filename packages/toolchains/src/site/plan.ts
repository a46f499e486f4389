import { hop3Error, visible } from '@hop3/core'
import type { PhaseInput, ToolchainContext, ToolchainPlan } from '@hop3/core'
import { insidePath } from '../inside.ts'
import { readOptions } from '../read-options.ts'
import { sourceBelow } from '../source-below.ts'
import { belowRoot } from '../below-root.ts'
import type { Generator, Signs, SitePlan, SiteSource } from './generator.ts'
import { findGenerator, generators } from './generators.ts'
import { siteOptions } from './options.ts'
import type { SiteOptions } from './options.ts'

/**
 * The generator's phases, and the directory it writes as the site. Throws `config.site.nothing`, `.output`, `.theme`, and what the toolchains
 * throw whose package managers install it.
 */
export async function planSite(context: ToolchainContext): Promise<ToolchainPlan> {
  const source = sourceBelow(context.source, context.root)
  const options: SiteOptions = await readOptions(context, 'site', siteOptions)
  const names = await source.list()
  const { generator, signs } = await chosenGenerator({ source, names }, options)
  const planned = await generator.plan({ source, names, context: { ...context, source, root: '' }, options, signs })
  const output = options.output === undefined ? planned.output : { directory: options.output, origin: 'hop3.toml [build.site] output' }
  const directory = directoryOf(output)
  const plan: ToolchainPlan = {
    kind: 'static',
    phases: { ...planned.phases, build: buildPhase(planned, directory) },
    processes: { static: directory },
    versions: planned.versions ?? {},
    // What an earlier build of its author has left is no part of the site; what tells Hop3 how to deploy is no page.
    exclude: [`/${directory}`, ...(planned.exclude ?? []), '/hop3.toml', '/hop3'],
    runtime: { ...planned.runtime, ...(options.spa !== undefined && { spa: options.spa }) },
    decisions: [
      { key: 'site.generator', value: generator.name, origin: signs?.evidence ?? 'hop3.toml [build.site] generator' },
      ...(planned.decisions ?? []),
      { key: 'processes.static', value: directory, origin: output.origin },
    ],
    warnings: planned.warnings ?? [],
  }
  return belowRoot(plan, context.root)
}

interface Chosen {
  readonly generator: Generator
  readonly signs: Signs | undefined
}

/** The one asked for; else the one found, by weaker signs where the toolchain is named. */
async function chosenGenerator(site: SiteSource, options: SiteOptions): Promise<Chosen> {
  const asked = generators.find(({ name }) => name === options.generator)
  if (asked !== undefined) return { generator: asked, signs: await signsOf(asked, site) }
  const found = await findGenerator(site.source, site.names)
  if (found !== undefined) return found
  for (const generator of generators) {
    const signs = await signsOf(generator, site)
    if (signs !== undefined) return { generator, signs }
  }
  throw hop3Error('config.site.nothing', 'The site toolchain was asked for, but no configuration of a generator is there.', {
    hint: `Name the generator under [build.site] in hop3.toml: generator = "hugo". Known are ${generators.map(({ name }) => name).join(', ')}.`,
  })
}

async function signsOf(generator: Generator, site: SiteSource): Promise<Signs | undefined> {
  return (await generator.find(site)) ?? generator.findNamed?.(site)
}

function buildPhase({ build, prepare = [], command }: SitePlan, directory: string): PhaseInput {
  return { ...build, cmds: [...prepare, command], outputs: [directory] }
}

/** Normalized, and below the app: what is published is made by the build and nothing else. */
function directoryOf({ directory, origin }: SitePlan['output']): string {
  const normal = insidePath(directory.replaceAll('\\', '/'))
  if (normal !== undefined && !/[\0\n]/.test(normal)) return normal
  throw hop3Error(
    'config.site.output',
    `${origin} says that the site is written to ${visible(directory)}, which is not a directory inside the app.`,
    {
      hint: 'Name a directory of its own inside the app, for example public.',
      details: { directory: visible(directory), origin },
    },
  )
}
