/** What is known of a package before it is decided what it is: how it is installed, in which versions, and which script builds it. */
import { joinPaths } from '@hop3/core'
import type { PhaseInput, ToolchainContext, ToolVersion } from '@hop3/core'
import { frameworks } from './framework.ts'
import type { Framework } from './framework.ts'
import { installInputs } from './install-inputs.ts'
import type { InstallInputs } from './install-inputs.ts'
import { chooseManager } from './manager.ts'
import type { ManagerChoice } from './manager.ts'
import { bunCommands, managerCommands } from './managers.ts'
import type { ManagerCommands } from './managers.ts'
import type { NodeOptions } from './options.ts'
import { checkPackage, dependsOn } from './package-json.ts'
import type { Runtime } from './runtime.ts'
import { buildScript } from './scripts.ts'
import type { Server } from './server.ts'
import { toTop } from './workspace-build.ts'
import type { NodeWorkspace } from './workspace.ts'

export interface PackageRequest {
  readonly workspace: NodeWorkspace
  readonly context: ToolchainContext
  readonly runtime: Runtime
  readonly options: NodeOptions
}

export interface PackageParts {
  readonly workspace: NodeWorkspace
  readonly choice: ManagerChoice
  readonly commands: ManagerCommands
  readonly framework: Framework | undefined
  readonly script: string | undefined
  readonly install: InstallInputs
  readonly versions: Readonly<Record<string, ToolVersion>>
  /** The directories of the programs that its packages bring. */
  readonly binaries: readonly string[]
}

/** Throws `config.invalid`, and as `chooseManager` and the runtime's `versions`. */
export async function readPackage({ workspace, context, runtime, options }: PackageRequest): Promise<PackageParts> {
  const { app, top } = workspace
  for (const one of new Set([app, top])) checkPackage(one)
  const choice = await chooseManager(top, context, options, runtime)
  return {
    workspace,
    choice,
    commands: choice.manager === runtime.name ? bunCommands('bun') : managerCommands[choice.manager](choice.version?.version ?? ''),
    framework: frameworks.find(({ dependency }) => dependsOn(app, dependency)),
    script: buildScript(app, options.buildScript),
    install: await installInputs(workspace),
    versions: {
      ...(choice.version && { [choice.manager]: choice.version }),
      ...(await runtime.usual(top)),
      ...(app !== top && (await runtime.versions(top, context, options))),
      ...(await runtime.versions(app, context, options)),
    },
    binaries: [...new Set([app, top])].map(({ directory }) => joinPaths(directory, 'node_modules/.bin')),
  }
}

/** `asUsers`: what becomes of the command where the package is built already. */
export function installPhase(
  { workspace, choice, commands, install, binaries }: PackageParts,
  server?: Server,
  asUsers = (command: string): string => command,
): PhaseInput {
  const { app, top } = workspace
  const command = asUsers(choice.lock === undefined ? commands.loose : commands.frozen)
  return {
    cmds: [app === top ? command : toTop(app, command), ...(server?.installs === undefined ? [] : [commands.add(server.installs)])],
    ...(install.files && { onlyIncludeFiles: [...install.files] }),
    ...(install.outputs && { outputs: [...install.outputs] }),
    ...(install.secrets.length > 0 && { secrets: [...install.secrets] }),
    cacheDirectories: [...commands.cacheDirectories],
    paths: [...binaries],
    variables: { ...commands.variables },
  }
}
