/** The commands that have to succeed once before a new release may serve (`runtime.before_run`). */
import { deploymentContext } from './contexts.ts'
import type { Converging } from './converge.ts'
import type { Deployer, DeploymentContext } from './deployer.ts'
import { hop3Error, type Hop3Error } from './errors.ts'
import type { Log } from './log.ts'
import { visible } from './names.ts'
import { isPlanVariable } from './own-variables.ts'
import { createSecretMask } from './secret-mask.ts'
import type { Target } from './target.ts'

/** Runs them in order, in the new release. Throws `deploy.before-run` with the last lines of the one that failed. */
export async function runBefore(operation: Converging, target: Target, deployerName: string): Promise<void> {
  const kept: string[] = []
  const context = await deploymentContext(operation, target)
  const log = keepingLines(context.log.child({ phase: 'before-run' }), kept)
  const deployer = await deployerNamed(operation, deployerName, Object.freeze({ ...context, log }), target)
  for (const command of target.artifact.runtime.beforeRun) {
    await operation.record('before-run', { release: target.release.id, deployer: deployerName })
    if (deployer?.exec === undefined) throw cannotRun(command, deployerName)
    kept.length = 0
    const exitCode = await deployer.exec(command, { stdio: 'lines' })
    if (exitCode !== 0) throw failed(command, exitCode, target, masked(kept, context.appEnv))
  }
}

async function deployerNamed(
  { host }: Converging,
  name: string,
  context: DeploymentContext,
  { artifact }: Target,
): Promise<Deployer | undefined> {
  return (await host.registry.deployers()).find((one) => one.name === name)?.create(context, artifact)
}

const mostLines = 20

/** The same log, whose last lines of output are in `kept`, too. */
function keepingLines(log: Log, kept: string[]): Log {
  return Object.freeze<Log>({
    ...log,
    output(text, stream) {
      kept.push(text)
      if (kept.length > mostLines) kept.shift()
      log.output(text, stream)
    },
    child: (change) => keepingLines(log.child(change), kept),
  })
}

/** An error goes into the app's history as well. */
function masked(lines: readonly string[], appEnv: DeploymentContext['appEnv']): readonly string[] {
  const secrets = Object.entries(appEnv).flatMap(([name, value]) => (isPlanVariable(name) ? [] : [value]))
  const { mask } = createSecretMask(secrets)
  return lines.map(mask)
}

function cannotRun(command: string, deployer: string): Hop3Error {
  return hop3Error('deploy.before-run', `Cannot run ${visible(command)} before the release: the ${deployer} deployer runs no commands.`, {
    hint: 'Make it part of the build: `postbuild:` in Procfile, or [build] after-build in hop3.toml.',
  })
}

function failed(command: string, exitCode: number, { release }: Target, lines: readonly string[]): Hop3Error {
  const output = lines.length === 0 ? 'It printed nothing.' : `Its last lines:\n${lines.map((line) => `  ${line}`).join('\n')}`
  return hop3Error(
    'deploy.before-run',
    `${visible(command)} has to succeed before the new release may serve, but it exited with ${exitCode}. ${output}`,
    {
      hint: 'Mend it and deploy again; a version that served before still serves.',
      details: { command, exitCode, release: release.id, lines },
    },
  )
}
