/** What the app's expression says, without building anything. */
import { realpathSync } from 'node:fs'
import { join } from 'node:path'
import { hop3Error, nearestName } from '@hop3/core'
import { parseJson } from '@hop3/core/json'
import * as z from 'zod/mini'
import { evaluationFailure } from './evaluation-failure.ts'
import { nixDirectory } from './nix-files.ts'
import { nixpkgsDirectory } from './nixpkgs.ts'
import { runNix } from './run-nix.ts'
import type { NixSession } from './session.ts'

const texts = z.record(z.string(), z.string())

const evaluatedSchema = z.strictObject({
  drvPath: z.string(),
  /** The package's store path, which is not there yet. */
  location: z.string(),
  workers: texts,
  env: texts,
  /** Null where hop3.nix says nothing of it. */
  path: z.nullable(z.array(z.string())),
  /** Names of everything hop3.nix has. */
  attributes: z.array(z.string()),
  /** Every store path that the package, the workers and the variables mention, as `nix-store --realise` takes them. */
  realise: z.array(z.string()),
})

export type Evaluated = z.output<typeof evaluatedSchema>

export interface Evaluation {
  readonly app: Evaluated
  /** The directory `<nixpkgs>` meant. */
  readonly nixpkgs: string | undefined
}

const megabytes = 1024 * 1024
const most = 16 * megabytes
const known = ['package', 'workers', 'env', 'path']

/** `copied`: the directory of the copied source. Throws `build.nix-*` and `config.*`. */
export async function evaluate(session: NixSession, copied: string): Promise<Evaluation> {
  const { context, options, file } = session
  // Restricted evaluation compares what is allowed with where a path leads to.
  const staged = realpathSync(copied)
  const nixpkgs = await nixpkgsDirectory(session, staged)
  if (!options.pure)
    context.log.warn(`${file} is evaluated impurely (\`pure = false\`): it may read every file this user can, and the network.`)
  const { result, problems } = await runNix(session, {
    program: 'nix-instantiate',
    args: evaluationArgs(session, staged, nixpkgs),
    settings: {
      'restrict-eval': options.pure,
      'allow-import-from-derivation': !options.pure,
      'allow-unsafe-native-code-during-evaluation': false,
      // It builds only where it is impure, and what with is recorded of the build alone.
      'sandbox-fallback': options.sandbox === 'auto',
    },
    cwd: staged,
    maxOutput: most,
    memory: session.memory,
  })
  if (result.overflowed === true) {
    throw hop3Error('build.nix-evaluation', `${file}: its workers, variables and names take more than ${most / megabytes} MiB.`, {
      hint: 'Put what is that large into a file of the package.',
      details: { file },
    })
  }
  if (result.exitCode !== 0) throw evaluationFailure(session, { problems, staged, nixpkgs })
  const app = evaluatedSchema.safeParse(parseJson(result.stdout))
  if (!app.success) throw hop3Error('internal.unexpected', `What Nix made of ${file} cannot be read: ${app.error.issues[0]?.message}`)
  const { drvPath, realise, attributes } = app.data
  if (!realise.some((one) => one.startsWith(`${drvPath}!`))) throw noDerivation(file)
  warnOfUnknown(session, attributes)
  return { app: app.data, nixpkgs }
}

/** It says that it is one, and nothing would be built of it. */
function noDerivation(file: string): Error {
  return hop3Error('build.nix-attribute', `${file}: \`package\` must be a derivation, not a set that looks like one.`, {
    hint: 'Give it what a build function returns: `pkgs.stdenv.mkDerivation { … }`.',
  })
}

/** Values are arguments, never text of an expression. */
function evaluationArgs({ file }: NixSession, staged: string, nixpkgs: string | undefined): readonly string[] {
  const may = [`hop3=${nixDirectory}`, `app=${staged}`, ...(nixpkgs === undefined ? [] : [`nixpkgs=${nixpkgs}`])]
  const expression = join(nixDirectory, 'evaluate.nix')
  const flags = ['--eval', '--strict', '--json', '--read-write-mode', '--show-trace']
  return [...flags, expression, '--argstr', 'file', join(staged, file), ...may.flatMap((one) => ['-I', one])]
}

function warnOfUnknown({ context, file }: NixSession, attributes: readonly string[]): void {
  for (const name of attributes.filter((one) => !known.includes(one))) {
    const meant = nearestName(name, known)
    if (meant !== undefined) context.log.warn(`${file} has an attribute \`${name}\`, which nobody reads. Did you mean \`${meant}\`?`)
  }
}
