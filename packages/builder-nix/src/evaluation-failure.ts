/** Why a hop3.nix cannot be evaluated, in the words of its author: the file as they know it, the line, and Nix's own reason. */
import { join } from 'node:path'
import { hop3Error, shellQuote, type Hop3Error } from '@hop3/core'
import { isObject, parseJson } from '@hop3/core/json'
import { outOfMemory, type NixProblem } from './nix-events.ts'
import { hostFailure } from './host-failure.ts'
import type { NixSession } from './session.ts'

export interface FailedEvaluation {
  readonly problems: readonly NixProblem[]
  readonly staged: string
  readonly nixpkgs: string | undefined
}

const longestReason = 800
const gibibyte = 1024 ** 3

export function evaluationFailure(session: NixSession, { problems, staged, nixpkgs }: FailedEvaluation): Hop3Error {
  const { file, memory } = session
  const problem = problems.at(-1) ?? { text: 'Nix says nothing of why', reason: 'Nix says nothing of why', places: [] }
  const own = ownComplaint(problem.reason)
  const at = placeIn(staged, own?.places ?? problem.places) ?? file
  const details = { file, reason: short(problem.text.replaceAll(staged, '.')) }
  const reason = short(problem.reason.replaceAll(`${staged}/`, './'))
  if (own !== undefined) return hop3Error('build.nix-attribute', `${at}: ${own.message}.`, { hint: attributeHint(own.message), details })
  if (/file 'nixpkgs' was not found/.test(reason)) return noNixpkgs(at)
  if (/forbidden in restricted mode/.test(reason)) return forbidden(at, reason, details)
  if (/allow-import-from-derivation/.test(reason)) return importsFromDerivation(at, details)
  if (reason === outOfMemory) {
    return hop3Error('build.nix-recursion', `${at}: the evaluation took more than ${(memory / gibibyte).toFixed(1)} GiB of memory.`, {
      hint: 'Look for a list or a set that grows without end.',
      details,
    })
  }
  if (/stack overflow|infinite recursion/.test(reason)) {
    return hop3Error('build.nix-recursion', `${at}: ${reason}.`, {
      hint: 'An attribute refers to itself: follow the names from that line until one comes twice.',
      details,
    })
  }
  const words = [...(nixpkgs === undefined ? [] : ['-I', `nixpkgs=${nixpkgs.replace(staged, '.')}`]), `./${file}`]
  return (
    hostFailure(session, problems) ??
    hop3Error('build.nix-evaluation', `${at}: ${reason}`, {
      hint: `Mend it there. \`nix-instantiate --eval --strict --show-trace ${words.map(shellQuote).join(' ')} -A workers\` shows how it was come to.`,
      details,
    })
  )
}

type Details = Readonly<Record<string, string>>

function forbidden(at: string, reason: string, details: Details): Hop3Error {
  return hop3Error('build.nix-forbidden-path', `${at}: ${reason}. Pure evaluation reads the app's source and nixpkgs, and nothing else.`, {
    hint: 'Copy what is needed into the app; a secret belongs into its environment (`hop3 env set`). `pure = false` in [build.nix] lets the expression read all this user can.',
    details,
  })
}

function importsFromDerivation(at: string, details: Details): Hop3Error {
  return hop3Error(
    'build.nix-import-from-derivation',
    `${at}: the expression needs the result of a build before it is known what to build (import from derivation).`,
    { hint: 'Commit the generated file instead of importing it, or allow this with `pure = false` in [build.nix].', details },
  )
}

function noNixpkgs(at: string): Hop3Error {
  return hop3Error('config.nix-nixpkgs', `${at}: the expression imports <nixpkgs>, and no nixpkgs is configured.`, {
    hint: 'Pin one for this host: `hop3 nix pin https://github.com/NixOS/nixpkgs/archive/<commit>.tar.gz --sha256 <hash>`, or for the app: `nixpkgs = { url = "…", sha256 = "…" }` in [build.nix].',
  })
}

interface OwnComplaint {
  readonly message: string
  readonly places: NixProblem['places']
}

/** What evaluate.nix itself finds wrong. */
function ownComplaint(reason: string): OwnComplaint | undefined {
  const thrown = parseJson(reason)
  if (!isObject(thrown) || typeof thrown['hop3'] !== 'string') return undefined
  const { at } = thrown
  const places =
    isObject(at) && typeof at['file'] === 'string' ? [{ file: at['file'], line: Number(at['line']), column: Number(at['column']) }] : []
  return { message: thrown['hop3'], places }
}

function attributeHint(message: string): string {
  if (/no attribute `package`/.test(message)) return 'Add `package = …;`, the derivation that is built.'
  if (/must be a string/.test(message)) return 'Put the value between double quotes, or convert it: `toString value`.'
  if (/`package` must be/.test(message)) return 'Give it what a build function returns: `pkgs.stdenv.mkDerivation { … }`.'
  return 'See the example of a hop3.nix in the documentation of the Nix builder.'
}

/** The innermost place in the app's own files: what lies in nixpkgs says little to its author. */
function placeIn(staged: string, places: NixProblem['places']): string | undefined {
  const own = places.find(({ file }) => file.startsWith(join(staged, '/')))
  return own && `${own.file.slice(staged.length + 1)}:${own.line}:${own.column}`
}

function short(text: string): string {
  const trimmed = text.trim()
  return trimmed.length > longestReason ? `${trimmed.slice(0, longestReason)}…` : trimmed
}
