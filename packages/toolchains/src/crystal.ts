/** Apps in Crystal: a shard.yml and a program to compile. */
import { hop3Error, joinPaths, shellQuote, visible } from '@hop3/core'
import type { OptionsOf, SourceView, ToolchainContext, ToolchainPlan, ToolVersion, Verdict } from '@hop3/core'
import { askedVersion } from './asked-version.ts'
import { insidePath } from './inside.ts'
import type { Language } from './language.ts'
import { checkManifest } from './manifest.ts'
import { originOf } from './origin.ts'
import { silentProgramWarning } from './bare-command.ts'
import { readOptions } from './read-options.ts'
import { programText } from './readable-text.ts'
import { toolFilePicks } from './tool-files.ts'
import { tableAt, textAt } from './value-at.ts'
import { choosePick } from './version-pick.ts'
import { aboutVersion, pickWithin } from './version-range.ts'

export const crystalOptions = ((z) =>
  z.strictObject({
    target: z
      .string()
      .min(1)
      .optional()
      .describe('The target of shard.yml that serves. Default: the one there is, or the one named like the shard.'),
    version: z.string().min(1).optional().describe('The version of Crystal: 1.14, or 1.14.0.'),
  })) satisfies OptionsOf

interface Target {
  readonly name: string
  /** `src/shop.cr`. */
  readonly main: string
}

interface Shard {
  readonly manifest: unknown
  readonly text: string
  readonly targets: readonly Target[]
}

async function acceptCrystal({ source, named }: ToolchainContext): Promise<Verdict> {
  const shard = await readShard(source)
  if (shard?.targets[0] !== undefined)
    return { accepted: true, reason: `shard.yml has the program ${shard.targets[0].main}`, evidence: ['shard.yml'] }
  if (named) return { accepted: true, reason: 'the configuration names it', evidence: shard === undefined ? [] : ['shard.yml'] }
  if (shard === undefined) return { accepted: false, reason: 'no shard.yml' }
  return { accepted: false, reason: 'shard.yml is that of a library: it has no targets', evidence: ['shard.yml'] }
}

/** Throws `config.crystal.target` and `config.crystal.version-conflict`. */
async function planCrystal(context: ToolchainContext): Promise<ToolchainPlan> {
  const { source, root } = context
  const options = await readOptions(context, 'crystal', crystalOptions)
  const shard = await readShard(source)
  const target = chooseTarget(shard, options.target)
  const program = `bin/${target.name}`
  const crystal = await chooseCrystal(source, shard, askedVersion('crystal', context, options))
  const dependencies = tableAt(shard?.manifest, 'dependencies') ?? {}
  const isLocked = await source.hasFile('shard.lock')
  const below = (path: string): string => joinPaths(root, path)
  const startWarnings = (await mayListen(source, target, dependencies)) ? [] : [silentProgramWarning(program)]
  return {
    kind: 'crystal',
    phases: {
      setup: { cmds: [], aptPkgs: ['crystal', ...(Object.keys(dependencies).length > 0 ? ['shards'] : [])] },
      ...(Object.keys(dependencies).length > 0 && {
        install: {
          cmds: [`shards install --production${isLocked ? ' --frozen' : ''}`],
          onlyIncludeFiles: [below('shard.yml'), ...(isLocked ? [below('shard.lock')] : []), ...localShards(dependencies).map(below)],
          outputs: [below('lib')],
          cacheDirectories: ['~/.cache/shards'],
        },
      }),
      build: {
        cmds: ['mkdir -p bin', `crystal build --release --no-debug -o ${shellQuote(program)} ${shellQuote(target.main)}`],
        outputs: [below(program)],
        cacheDirectories: ['~/.cache/crystal'],
      },
    },
    processes: { web: shellQuote(program) + addressOf(dependencies) },
    versions: { ...(crystal && { crystal }) },
    exclude: ['/lib'],
    runtime: { ...(Object.hasOwn(dependencies, 'kemal') && { envVars: { KEMAL_ENV: 'production' } }) },
    decisions: [
      {
        key: 'crystal.target',
        value: target.name,
        origin: options.target === undefined ? originOf('shard.yml', shard?.text, /^targets:/m) : 'hop3.toml [build.crystal] target',
      },
    ],
    warnings: [
      ...(Object.keys(dependencies).length > 0 && !isLocked
        ? ['There is no shard.lock, so each build may take other shards: run `shards lock` and commit it.']
        : []),
      ...startWarnings,
    ],
    startWarnings,
  }
}

/** True as well where it takes in other files: what they do is not looked into. */
async function mayListen(source: SourceView, { main }: Target, dependencies: Readonly<Record<string, unknown>>): Promise<boolean> {
  const text = await programText(source, main)
  return text === undefined || Object.keys(dependencies).length > 0 || /\brequire "\.|::Server\b|(?:TCP|UNIX)Server|\bPORT\b/.test(text)
}

async function readShard(source: SourceView): Promise<Shard | undefined> {
  const text = await source.readText('shard.yml')
  if (text === undefined) return undefined
  const manifest = await source.readYaml('shard.yml')
  checkManifest({ file: 'shard.yml', text, data: manifest }, [
    { at: ['name'], is: 'string', write: 'name: shop' },
    { at: ['targets'], is: 'table', write: 'targets:\n  shop:\n    main: src/shop.cr' },
    { at: ['dependencies'], is: 'table', write: 'dependencies:\n  kemal:\n    github: kemalcr/kemal' },
  ])
  const declared = Object.entries(tableAt(manifest, 'targets') ?? {}).flatMap(([name, target]) => {
    const main = textAt(target, 'main')
    return main === undefined ? [] : [{ name, main }]
  })
  const name = textAt(manifest, 'name') ?? ''
  return {
    manifest,
    text,
    targets: declared.filter((target) => /^[\w.-]+$/.test(target.name)).toSorted((one) => (one.name === name ? -1 : 0)),
  }
}

function chooseTarget(shard: Shard | undefined, asked: string | undefined): Target {
  const { targets = [], manifest } = shard ?? {}
  const isOnly = targets.length === 1 || targets[0]?.name === textAt(manifest, 'name')
  const found = asked === undefined ? (isOnly ? targets[0] : undefined) : targets.find(({ name }) => name === asked)
  if (found !== undefined) return found
  const names = targets.map(({ name }) => name)
  const saw =
    asked === undefined
      ? names.length === 0
        ? 'shard.yml has no targets'
        : `shard.yml has the targets ${names.join(', ')}`
      : `hop3.toml [build.crystal] target names ${visible(asked)}, which shard.yml does not have`
  throw hop3Error('config.crystal.target', `Cannot tell which program serves: ${saw}.`, {
    hint:
      names.length === 0
        ? 'Add it to shard.yml:\ntargets:\n  shop:\n    main: src/shop.cr'
        : `Say which one in hop3.toml:\n[build.crystal]\ntarget = "${names[0] ?? ''}"`,
    details: { targets: names },
  })
}

/** Their manifests: shards in the source are linked to. */
function localShards(dependencies: Readonly<Record<string, unknown>>): readonly string[] {
  const paths = Object.values(dependencies).flatMap((one) => insidePath(textAt(one, 'path') ?? '..') ?? [])
  return paths.map((path) => joinPaths(path, 'shard.yml'))
}

/** Kemal is told on its command line; other servers read PORT. */
function addressOf(dependencies: Readonly<Record<string, unknown>>): string {
  return Object.hasOwn(dependencies, 'kemal') ? ' --bind $BIND_ADDRESS --port $PORT' : ''
}

/** Command line and hop3.toml > mise.toml, .tool-versions > the range in shard.yml, which judges a pick. */
async function chooseCrystal(
  source: SourceView,
  shard: Shard | undefined,
  asked: ToolVersion | undefined,
): Promise<ToolVersion | undefined> {
  const pick = choosePick('crystal', asked, await toolFilePicks(source, await source.list(), ['crystal']))
  const written = textAt(shard?.manifest, 'crystal')
    ?.split(',')
    .map((one) => one.trim())
    .join(' ')
  // A version alone is the oldest that will do, up to the next major one.
  const range = written
    ?.replace(/^(\d+)(?:\.\d+){0,2}$/, (version, major: string) => `>=${version} <${Number(major) + 1}`)
    .replaceAll(/~>\s*(\d+(?:\.\d+)*)/g, (_, version: string) => aboutVersion(version))
  return pickWithin(
    'crystal',
    pick,
    range === undefined ? undefined : { version: range, origin: originOf('shard.yml', shard?.text, /^crystal:/m) },
  )
}

export const crystal: Language = { name: 'crystal', options: crystalOptions, accept: acceptCrystal, plan: planCrystal }
