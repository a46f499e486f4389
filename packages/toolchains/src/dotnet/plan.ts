import { posix } from 'node:path'
import { joinPaths, shellQuote } from '@hop3/core'
import type { PhaseInput, ToolchainContext, ToolchainPlan } from '@hop3/core'
import { nodeIn } from '../node/assets.ts'
import { readOptions } from '../read-options.ts'
import { chooseProject } from './choose-project.ts'
import { listeningWarnings } from './listening.ts'
import { dotnetOptions } from './options.ts'
import type { DotnetOptions } from './options.ts'
import type { Project } from './project.ts'
import { readProjects } from './projects.ts'
import { packages, planRestore } from './restore.ts'
import type { Restore } from './restore.ts'
import { chooseDotnet } from './version.ts'

/** No servers of the build are left behind, and nothing is reported. */
const variables = {
  DOTNET_CLI_TELEMETRY_OPTOUT: '1',
  DOTNET_NOLOGO: '1',
  MSBUILDDISABLENODEREUSE: '1',
  UseSharedCompilation: 'false',
}

/** Throws `config.dotnet.project`, `.several-projects`, `.no-project`, `.framework`, `.xml`, `.version`, `.version-conflict`, and as `nodeIn`. */
export async function planDotnet(context: ToolchainContext): Promise<ToolchainPlan> {
  const options: DotnetOptions = await readOptions(context, 'dotnet', dotnetOptions)
  const { source, appName, root } = context
  const names = await source.list()
  const all = await readProjects(source, names, context.named)
  const { project, decision, warnings } = await chooseProject(all, { source, appName, root, asked: options.project })
  const dotnet = await chooseDotnet(context, names, project, options)
  const restore = await planRestore(source, project, { from: root, configuration: options.configuration ?? 'Release' })
  const use = restore.projects.find(({ node }) => node !== undefined)?.node
  const node = use === undefined ? undefined : await nodeIn(context, use.directory)
  const isSite = project.kind === 'wasm'
  const isWeb = project.kind === 'web'
  const startWarnings = isWeb ? await listeningWarnings(source, project) : []
  return {
    kind: isSite ? 'static' : 'dotnet',
    phases: {
      ...(project.isAheadOfTime && { setup: { cmds: [], aptPkgs: ['clang', 'zlib1g-dev'] } }),
      ...(restore.install && { install: restore.install }),
      build: buildPhase({ project, restore, root, options, usesNode: use !== undefined }),
    },
    processes: isSite ? { static: joinPaths(root, 'out/wwwroot') } : { [isWeb ? 'web' : 'worker']: startCommand(project) },
    variables,
    versions: { ...(dotnet && { dotnet }), ...(node && { node }) },
    exclude: [
      `/${joinPaths(root, 'out')}`,
      ...restore.projects.flatMap(({ directory }) => [`/${joinPaths(directory, 'bin')}`, `/${joinPaths(directory, 'obj')}`]),
    ],
    // Blazor routes in the browser.
    runtime: isSite ? { spa: true } : {},
    decisions: [
      decision,
      ...(project.framework === undefined
        ? []
        : [{ key: 'dotnet.framework', value: project.framework.moniker, origin: project.framework.origin }]),
      ...(use === undefined ? [] : [{ key: 'dotnet.node', value: 'the build runs it', origin: use.origin }]),
      ...(restore.install === undefined
        ? [{ key: 'dotnet.restore', value: 'with the build', origin: 'more than manifests says what to fetch' }]
        : []),
    ],
    warnings: [...warnings, ...runtimeWarnings(project, dotnet), ...startWarnings],
    startWarnings,
  }
}

interface BuildFacts {
  readonly project: Project
  readonly restore: Restore
  readonly root: string
  readonly options: DotnetOptions
  readonly usesNode: boolean
}

function buildPhase({ project, restore, root, options, usesNode }: BuildFacts): PhaseInput {
  const words = [
    'dotnet',
    'publish',
    posix.relative(root, project.file),
    '-c',
    options.configuration ?? 'Release',
    '-o',
    'out',
    ...(project.framework?.isOneOfMany === true ? ['-f', project.framework.moniker] : []),
    ...(restore.install === undefined ? (restore.isLocked ? ['-p:RestoreLockedMode=true'] : []) : ['--no-restore']),
  ]
  return {
    // Says that there is one: a project calls it from within.
    cmds: [...(usesNode ? ['node --version'] : []), words.map(shellQuote).join(' ')],
    cacheDirectories: [packages, ...(usesNode ? ['~/.npm'] : [])],
    outputs: [joinPaths(root, 'out')],
    ...(restore.install === undefined && restore.secrets.length > 0 && { secrets: [...restore.secrets] }),
  }
}

/** From within what is published: ASP.NET looks for appsettings.json and wwwroot where it is started. */
function startCommand({ kind, assembly, startsItself }: Project): string {
  const program = startsItself ? shellQuote(`./${assembly}`) : `dotnet ${shellQuote(`${assembly}.dll`)}`
  const address = kind === 'web' ? 'ASPNETCORE_URLS="http://$BIND_ADDRESS:$PORT" ' : ''
  return `cd out && ${address}exec ${program}`
}

function runtimeWarnings(
  { framework, startsItself }: Project,
  dotnet: { readonly version: string; readonly origin: string } | undefined,
): readonly string[] {
  const major = (version: string): string => /\d+/.exec(version)?.[0] ?? ''
  if (framework === undefined || dotnet === undefined || startsItself || major(dotnet.version) === major(framework.version)) return []
  return [
    `${framework.origin} targets .NET ${framework.version}, while ${dotnet.origin} builds with ${dotnet.version}: the runtime of ${framework.version} has to be there as well.`,
  ]
}
