/** What a generator uses of npm: PostCSS, Sass, its own build script. Installed as the node toolchain would. */
import type { ToolchainPlan } from '@hop3/core'
import { assetsOf } from '../node/assets.ts'
import type { SiteRequest } from './generator.ts'

export interface NpmTools extends Required<Pick<ToolchainPlan, 'phases' | 'versions' | 'exclude' | 'decisions' | 'warnings'>> {
  readonly packages: readonly string[]
  /** The author's own script, where it runs the generator. */
  readonly build?: string
  /** The author's own script, where it makes what the generator takes in. */
  readonly before?: string
}

/** Undefined where package.json neither needs anything nor builds. Throws what the node toolchain does. */
export async function npmTools({ context }: SiteRequest, program: string): Promise<NpmTools | undefined> {
  const assets = await assetsOf(context, { scripts: [['build']], isInstalled: true })
  if (assets === undefined) return undefined
  const { app, phases } = assets
  const packages = Object.keys(app.dependencies)
  const script = app.scripts['build']
  if (packages.length === 0 && script === undefined) return undefined
  const { 'node:install': install, 'node:build': build } = phases
  const run = build?.cmds?.join(' && ')
  const isGenerators = new RegExp(`\\b${program}\\b`).test(followed(app.scripts, script ?? ''))
  return {
    packages,
    ...(run !== undefined && (isGenerators ? { build: run } : { before: run })),
    phases: packages.length === 0 || install === undefined ? {} : { install },
    versions: assets.versions,
    exclude: assets.exclude,
    decisions: [
      ...assets.decisions.filter(({ key }) => key === 'node.package_manager'),
      ...(run === undefined ? [] : [{ key: 'site.build', value: run, origin: app.origin('build') }]),
    ],
    warnings: assets.warnings,
  }
}

/** The script with the scripts it runs: `npm run _build` is followed once. */
function followed(scripts: Readonly<Record<string, string>>, script: string): string {
  const others = [...script.matchAll(/\b(?:npm|pnpm|yarn|bun)\s+(?:run\s+)?(?:-s\s+)?([\w:.-]+)/g)].map(
    (found) => scripts[found[1] ?? ''] ?? '',
  )
  return [script, ...others].join('\n')
}
