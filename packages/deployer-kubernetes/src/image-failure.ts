/** Why a node cannot make a container of an image, read from its own words: each way told apart. Pure. */
import { hop3Error, printable, type Hop3Error } from '@hop3/core'

/** The pod it is about, in words and as facts. */
export interface Subject {
  readonly name: string
  /** The same where a sentence begins with it. */
  readonly begins: string
  readonly details: Readonly<Record<string, unknown>>
}

const notFound = /not found|manifest unknown|name unknown|does not exist/i
const noAccess = /unauthorized|authentication required|authorization failed|denied|forbidden|\b401\b|\b403\b/i
const noPlatform = /no match for platform|no matching manifest/i
const noFormat = /exec format error/i

const forNode = 'Build it for the node: platform = "linux/amd64" under [build.docker] (or "linux/arm64"), then deploy again.'

export const pullProblem = (said: string): boolean => [notFound, noAccess, noPlatform].some((pattern) => pattern.test(said))

export function pullFailure({ name, details }: Subject, said: string, hasSecret: boolean): Hop3Error {
  const [why, hint] = noPlatform.test(said)
    ? ['there is none for the processors of that node', forNode]
    : noAccess.test(said)
      ? [
          'the registry does not let the node have it',
          hasSecret
            ? 'The credentials that pull-secret gives it are not, or no longer, good: docker login on this host again, or mend the Secret, then deploy again.'
            : 'Give it credentials: pull-secret = true under [deploy.kubernetes] takes those of `docker login`.',
        ]
      : notFound.test(said)
        ? ['the registry has no such image', 'Somebody has removed it. Build and push it again: hop3 deploy --force']
        : ['the node cannot fetch it', 'See that nodes reach the registry under the name in `push` of [build.docker].']
  return hop3Error('deploy.kubernetes.pull', `The image of ${name} cannot be fetched, because ${why}: ${printable(said)}.`, {
    hint,
    details,
  })
}

/** Of the last lines of what has ended: its program, or the shell that was to run it, has printed it. */
export const isForOtherProcessors = (lines: readonly string[]): boolean => noFormat.test(lines.at(-1) ?? '')

export function wrongProcessors({ begins, details }: Subject, said: string): Hop3Error {
  return hop3Error(
    'deploy.kubernetes.program',
    `${begins} cannot be started: a program of its image is for other processors than the node has: ${printable(said)}.`,
    { hint: forNode, details },
  )
}

const noRoot = /runAsNonRoot|non-root|non-numeric user/
const noProgram = /exec: \\?"([^"\\]+)\\?"/

/** Whether it is the image itself, which no second try makes another. */
export const createProblem = (said: string): boolean => [noFormat, noRoot, noProgram].some((pattern) => pattern.test(said))

export function createFailure(subject: Subject, said: string): Hop3Error {
  const { begins, details } = subject
  if (noFormat.test(said)) return wrongProcessors(subject, said)
  if (noRoot.test(said))
    return hop3Error(
      'deploy.kubernetes.root',
      `${begins} is not started, because its image wants to run as root or as a name: ${printable(said)}.`,
      {
        hint: 'Write a number into the Dockerfile (USER 1000), or user = 1000 under [deploy.kubernetes].',
        details,
      },
    )
  const program = noProgram.exec(said)?.[1]
  if (program === undefined)
    return hop3Error('deploy.kubernetes.pod', `${begins} cannot be started: ${printable(said)}.`, {
      hint: 'Mend what the message names, then deploy again.',
      details,
    })
  return hop3Error(
    'deploy.kubernetes.program',
    `${begins} cannot be started: its image has no program ${printable(program)} that can be run.`,
    {
      hint:
        program === '/bin/sh'
          ? 'Its image has no shell, which is what reads a command: build on one with a shell, or leave the command to the CMD of the Dockerfile.'
          : 'Mend the command of the worker, or the CMD or ENTRYPOINT of the Dockerfile, then deploy again.',
      details: { ...details, program },
    },
  )
}
