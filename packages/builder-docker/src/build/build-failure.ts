/** What an engine's build that came to nothing becomes for the person who has to act. */
import { hop3Error, isHop3Error, visible, type Hop3Error } from '@hop3/core'
import { engineError, type Engine } from '../engine/engine.ts'
import { baseImageFailure } from './base-image-failure.ts'
import { dockerfileInstructions, excerpt, instructionOfStep, openArguments } from './dockerfile-lines.ts'
import type { FailedStep } from './step-log.ts'

export interface FailedBuild {
  readonly engine: Engine
  readonly useBuildKit: boolean
  readonly message: string
  readonly missingSecrets: readonly string[]
  readonly cause: unknown
  readonly step: FailedStep | undefined
  readonly dockerfile: { readonly path: string; readonly text: string; readonly isInside: boolean }
  readonly args: Readonly<Record<string, string>>
  readonly target: string | undefined
  readonly platform: string | undefined
}

export function buildFailure(failed: FailedBuild): Error {
  const { cause, message, engine } = failed
  if (isHop3Error(cause)) return cause
  return (
    secretFailure(failed) ??
    syntaxFailure(failed) ??
    spaceFailure(failed) ??
    stepFailure(failed) ??
    baseImageFailure(failed) ??
    argumentFailure(failed) ??
    refusal(failed) ??
    engineError(Object.assign(new Error(message), { cause }), engine.host, 'build the image')
  )
}

/** BuildKit asks for those that a step can do without, too. */
function secretFailure({ missingSecrets, message, engine, dockerfile }: FailedBuild): Hop3Error | undefined {
  const notTaken = /no secret with id (\S+) found/.exec(message)?.[1]
  if (notTaken !== undefined)
    return hop3Error(
      'build.needs-buildkit',
      `${dockerfile.path} mounts the secret ${visible(notTaken)}, and the container engine at ${engine.host.address} takes no secrets: it has no BuildKit.`,
      { hint: 'Build it on Docker, or mount the secret with `required=false` and do without.', details: { secret: notTaken } },
    )
  const name = missingSecrets.find((one) => message.includes(`secret ${one}: not found`))
  if (name === undefined) return undefined
  return hop3Error(
    'build.secret-missing',
    `The Dockerfile mounts the secret ${visible(name)}, which has no value or is not offered to the build.`,
    {
      hint: `Write \`secrets = ["${name}"]\` into [build.docker] of hop3.toml and set it with \`hop3 env set ${name}=…\`; or mount it with \`required=false\` and do without.`,
      details: { secret: name },
    },
  )
}

function syntaxFailure({ message, dockerfile, target, args }: FailedBuild): Hop3Error | undefined {
  const parse =
    /(?:dockerfile parse error|parse error)(?: on)? line (\d+): ([\s\S]*)/i.exec(message) ??
    /parse error on line (\d+): ([\s\S]*)/i.exec(message)
  const place = dockerfile.isInside ? dockerfile.path : 'the generated Dockerfile'
  if (parse !== null) {
    const line = Number(parse[1])
    return hop3Error('build.dockerfile', `${place}:${line}: ${(parse[2] ?? '').trim()}\n${excerpt(place, dockerfile.text, line)}`, {
      hint: missingArguments(dockerfile.text, args) ?? `Mend line ${line} of ${place}.`,
      details: { file: dockerfile.path, line },
    })
  }
  const unknown = /unknown instruction: "(\w+)"/i.exec(message)?.[1]?.toUpperCase()
  const wrong = unknown === undefined ? undefined : dockerfileInstructions(dockerfile.text).find(({ keyword }) => keyword === unknown)
  if (wrong !== undefined)
    return hop3Error(
      'build.dockerfile',
      `${place}:${wrong.firstLine}: unknown instruction: ${wrong.keyword}\n${excerpt(place, dockerfile.text, wrong.firstLine)}`,
      { hint: `Mend line ${wrong.firstLine} of ${place}.`, details: { file: dockerfile.path, line: wrong.firstLine } },
    )
  if (/target stage .* could not be found|failed to reach build target/i.test(message)) {
    const stages = dockerfileInstructions(dockerfile.text).flatMap(({ keyword, text }) =>
      keyword === 'FROM' ? (/\sas\s+(\S+)$/i.exec(text)?.slice(1) ?? []) : [],
    )
    return hop3Error('build.dockerfile', `[build.docker] target = ${visible(target ?? '')}, but ${place} has no such stage.`, {
      hint:
        stages.length === 0
          ? 'It names no stages: leave the key out, or name one with `FROM … AS name`.'
          : `Its stages are ${stages.join(', ')}.`,
      details: { target, stages },
    })
  }
  if (
    /file with no instructions|the dockerfile .* cannot be empty|Dockerfile cannot be empty|no build stage in current context/i.test(
      message,
    )
  ) {
    const [first] = dockerfileInstructions(dockerfile.text).filter(({ keyword }) => keyword !== 'ARG')
    if (first !== undefined)
      return hop3Error(
        'build.dockerfile',
        `${place}:${first.firstLine}: ${first.keyword} comes before any FROM.\n${excerpt(place, dockerfile.text, first.firstLine)}`,
        { hint: 'Begin it with `FROM`, such as `FROM debian:bookworm-slim`.', details: { file: dockerfile.path, line: first.firstLine } },
      )
    return hop3Error('build.dockerfile', `${place} has no instruction.`, {
      hint: 'Begin it with `FROM`, such as `FROM debian:bookworm-slim`.',
    })
  }
  return undefined
}

function spaceFailure({ message, step, engine }: FailedBuild): Error | undefined {
  const said = [message, ...(step?.lines ?? [])].find((line) => /no space left on device/i.test(line))
  return said === undefined ? undefined : engineError(new Error(said), engine.host, 'build the image')
}

function stepFailure({ message, step, dockerfile, useBuildKit, platform, args }: FailedBuild): Hop3Error | undefined {
  if (step === undefined || !/\] (?:RUN|COPY|ADD|WORKDIR)\b/i.test(step.name)) return undefined
  const code = /(?:exit code: |returned a non-zero code: |while running runtime: exit status )(\d+)/.exec(message)?.[1]
  const instruction = instructionOfStep(dockerfile.text, step.name, !useBuildKit)
  const place = dockerfile.isInside ? dockerfile.path : 'The generated Dockerfile'
  const where = instruction === undefined ? place : `${place}:${instruction.firstLine}`
  const how =
    code === undefined ? `failed: ${message}` : `exited with ${code}.${code === '137' ? ' The system may have run out of memory.' : ''}`
  const lines = step.lines.length === 0 ? ' It printed nothing.' : ` Its last lines:\n${step.lines.map((line) => `  ${line}`).join('\n')}`
  const shown =
    instruction === undefined ? '' : `\n${excerpt(dockerfile.path, dockerfile.text, instruction.firstLine, instruction.lastLine)}`
  const isRun = /\] RUN\b/i.test(step.name)
  const isForeign = step.lines.concat(message).some((line) => /exec format error/i.test(line))
  return hop3Error('build.step-failed', `${where}: ${step.name} ${how}${isRun ? lines : ''}${shown}`, {
    hint: isForeign
      ? `The engine cannot run programs of ${platform ?? 'that architecture'}: install an emulator with \`apt-get install qemu-user-static binfmt-support\`, or build on a host of it.`
      : (missingArguments(dockerfile.text, args) ?? 'Mend it and run the same command again; with --verbose it shows the whole output.'),
    details: {
      step: step.name,
      exitCode: code === undefined ? null : Number(code),
      lines: step.lines,
      line: instruction?.firstLine ?? null,
    },
  })
}

function argumentFailure({ dockerfile, args, message }: FailedBuild): Hop3Error | undefined {
  const hint = missingArguments(dockerfile.text, args)
  if (hint === undefined || !/invalid reference format|base name .* should not be blank|failed to (?:parse|process)/i.test(message))
    return undefined
  return hop3Error('build.dockerfile', `${dockerfile.path}: ${message}`, { hint, details: { arguments: openArguments(dockerfile.text) } })
}

/** What the engine understands only when it runs the file, and says without a line. */
function refusal({ message, dockerfile }: FailedBuild): Hop3Error | undefined {
  if (!/^(?:invalid|unknown|unsupported|unexpected|circular|duplicate|missing|bad) /i.test(message)) return undefined
  const said = /([^\s:"']+)["']?\.?$/.exec(message)?.[1]
  const seen = dockerfileInstructions(dockerfile.text).find(({ text }) => said !== undefined && text.split(/[\s=:/]+/).includes(said))
  const place = dockerfile.isInside ? dockerfile.path : 'the generated Dockerfile'
  const where = seen === undefined ? place : `${place}:${seen.firstLine}`
  const shown = seen === undefined ? '' : `\n${excerpt(place, dockerfile.text, seen.firstLine, seen.lastLine)}`
  return hop3Error('build.dockerfile', `${where}: ${message}${shown}`, {
    hint: `Mend ${seen === undefined ? place : `line ${seen.firstLine} of ${place}`}.`,
    details: { file: dockerfile.path, line: seen?.firstLine ?? null },
  })
}

function missingArguments(text: string, args: Readonly<Record<string, string>>): string | undefined {
  const names = openArguments(text).filter((name) => args[name] === undefined)
  return names.length === 0
    ? undefined
    : `No value is given for the build argument${names.length > 1 ? 's' : ''} ${names.join(', ')}: write \`args = { ${names[0]} = "…" }\` into [build.docker] of hop3.toml.`
}
