/** What a generator uses of npm: PostCSS, Sass, its own build script. Installed as the node toolchain would. */
import type { ToolchainPlan } from '@hop3/core'
import { readNodeApp } from '../node/package-json.ts'
import { planNode } from '../node/plan.ts'
import type { SiteRequest } from './generator.ts'

export interface NpmTools extends Required<Pick<ToolchainPlan, 'phases' | 'versions' | 'exclude' | 'decisions' | 'warnings'>> {
  readonly packages: readonly string[]
  /** The author's own script, where it runs the generator. */
  readonly build?: string
  /** The author's own script, where it makes what the generator takes in. */
  readonly before?: string
}

/** Undefined where package.json neither needs anything nor builds. Throws what the node toolchain does. */
export async function npmTools({ source, context }: SiteRequest, program: string): Promise<NpmTools | undefined> {
  const app = await readNodeApp(source)
  const script = app?.scripts['build']
  const packages = Object.keys(app?.dependencies ?? {})
  if (app === undefined || (packages.length === 0 && script === undefined)) return undefined
  const { phases, versions, decisions, warnings } = await planNode({ ...context, options: undefined })
  const run = script === undefined ? undefined : phases['build']?.cmds?.join(' && ')
  const isGenerators = new RegExp(`\\b${program}\\b`).test(followed(app.scripts, script ?? ''))
  const { install } = phases
  return {
    packages,
    ...(run !== undefined && (isGenerators ? { build: run } : { before: run })),
    phases: packages.length === 0 || install === undefined ? {} : { install },
    versions,
    exclude: ['node_modules'],
    decisions: [
      ...decisions.filter(({ key }) => key === 'node.package_manager'),
      ...(run === undefined ? [] : [{ key: 'site.build', value: run, origin: app.origin('build') }]),
    ],
    // That nothing of it is started is as it should be.
    warnings: warnings.filter((one) => !one.startsWith('No start command')),
  }
}

/** The script with the scripts it runs: `npm run _build` is followed once. */
function followed(scripts: Readonly<Record<string, string>>, script: string): string {
  const others = [...script.matchAll(/\b(?:npm|pnpm|yarn|bun)\s+(?:run\s+)?(?:-s\s+)?([\w:.-]+)/g)].map(
    (found) => scripts[found[1] ?? ''] ?? '',
  )
  return [script, ...others].join('\n')
}
