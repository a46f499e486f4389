/** One build, from the source to the artifact. */
import { statSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { hop3Error, toHop3Error, visible, type BuildArtifact } from '@hop3/core'
import { isCollected } from './build-failure.ts'
import { openBuildOutput, type BuildOutput } from './build-output.ts'
import { describeArtifact } from './describe-artifact.ts'
import { evaluate, type Evaluation } from './evaluate.ts'
import { fingerprintOf } from './fingerprint.ts'
import { keptPaths } from './kept-paths.ts'
import { realise, type Realised } from './realise.ts'
import { nixRuntime } from './runtime.ts'
import type { NixSession } from './session.ts'
import { readSource, stage, stageTemplate, type StagedSource } from './source.ts'
import type { TemplateName } from './templates/template-names.ts'

/** See `Builder.build`. */
export async function buildApp(session: NixSession): Promise<BuildArtifact> {
  const { context } = session
  context.signal.throwIfAborted()
  try {
    return await buildInto(session)
  } catch (error) {
    if (context.signal.aborted) throw error
    throw toHop3Error(error, `Cannot build ${context.appName}`)
  }
}

async function buildInto(session: NixSession): Promise<BuildArtifact> {
  const { context, file } = session
  const staged = await prepareSource(session)
  const output = openBuildOutput(join(context.release.path, 'build.log'), context)
  try {
    // Of what is built, not of what is there when it is done.
    const fingerprint = session.options.pure ? fingerprintOf(session, staged.entries) : undefined
    const { evaluation, sandbox, rooted } = await evaluateAndRealise(session, staged.path, output)
    if (sandbox === false) context.log.info('Built without a sandbox: the builders could read this host and reach the network.')
    if (!rooted.includes(evaluation.app.location)) throw notBuilt(file, evaluation.app.location)
    checkDirectory(file, evaluation.app.location)
    const runtime = await nixRuntime({ app: evaluation.app, rooted, file, config: context.config, log: context.log })
    return await describeArtifact({ session, staged, fingerprint, evaluation, runtime, sandbox, output })
  } finally {
    output.close()
    // Nix has what it needs of it.
    await rm(staged.path, { recursive: true, force: true })
  }
}

/** Once more where the garbage collector came between the two: it is seldom there twice. */
async function evaluateAndRealise(
  session: NixSession,
  staged: string,
  output: BuildOutput,
): Promise<Realised & { readonly evaluation: Evaluation }> {
  const evaluation = await evaluate(session, staged)
  try {
    return { evaluation, ...(await realise(session, keptPaths(session, evaluation), output)) }
  } catch (error) {
    if (!isCollected(error)) throw error
    session.context.log.info('The garbage collector of Nix took what was to be built; once more.')
    const again = await evaluate(session, staged)
    return { evaluation: again, ...(await realise(session, keptPaths(session, again), output)) }
  }
}

/** Workers start in it. */
function checkDirectory(file: string, location: string): void {
  if (statSync(location, { throwIfNoEntry: false })?.isDirectory() === true) return
  throw hop3Error('build.nix-attribute', `${file}: what \`package\` builds is a file, not a directory: workers start in it.`, {
    hint: 'Make a directory of it: `mkdir -p $out/bin`, and put the file there.',
  })
}

function notBuilt(file: string, location: string): Error {
  return hop3Error(
    'build.nix-attribute',
    `${file}: \`package\` must be a derivation; ${visible(location)} is not what one of its outputs is.`,
    {
      hint: 'Give it what a build function returns: `pkgs.stdenv.mkDerivation { … }`.',
    },
  )
}

/** Copies what Nix may see into the release, with the template's files where there is one. Throws `config.*` and `build.*`. */
export async function prepareSource(session: NixSession): Promise<StagedSource> {
  const { context, template } = session
  checkFile(session)
  const { idleKeys } = await import('./templates/idle-keys.ts')
  for (const text of idleKeys(session.options, template, context.config)) context.log.warn(text)
  if (template !== undefined) await warnOfVersions(session, template)
  const { entries, envFiles, credentials } = await readSource(session)
  if (envFiles.length > 0)
    context.log.warn(
      `${envFiles.join(', ')} left out: the Nix store is readable by everybody on this host. \`hop3 env set NAME=value\` sets variables.`,
    )
  if (credentials.length > 0)
    context.log.warn(
      `${credentials.join(', ')} left out: the Nix store is readable by everybody on this host, and credentials are in there. Write them as \${NAME}, or give them to the app by \`hop3 env set\`; downloads of Nix take theirs from \`netrc-file\` of nix.conf.`,
    )
  const staged = await stage(session, entries)
  if (template !== undefined) await stageTemplate(session, template, staged)
  return staged
}

async function warnOfVersions({ context, options, facts }: NixSession, template: TemplateName): Promise<void> {
  if (facts === undefined) return
  const { versionWarnings } = await import('./templates/tool-packages.ts')
  for (const text of versionWarnings(template, options, facts)) context.log.warn(text)
}

function checkFile({ file, hasFile, template, context }: NixSession): void {
  const { origins } = context.config
  if (hasFile && template !== undefined) {
    const origin = origins['build.nix.template'] ?? origins['build.nix.nixpkgs-package'] ?? '[nix]'
    throw hop3Error(
      'config.conflict',
      `${origin}: the app has a ${file} and asks for the template ${template}; only one can say how it is built.`,
      {
        hint: `Remove ${file}, or the keys of the template from hop3.toml.`,
      },
    )
  }
  if (hasFile || template !== undefined) return
  const origin = origins['build.nix.file']
  throw hop3Error('build.nix-no-file', `${origin === undefined ? '' : `${origin}: `}there is no ${file} to build ${context.appName} by.`, {
    hint: 'Write one (docs/nix.md shows the smallest), name a template with `[nix] template`, or let another builder build the app: `--builder local`.',
  })
}
