/** Why Compose could not start what it was asked to, told apart. */
import { hop3Error, printable, type CommandResult, type Hop3Error } from '@hop3/core'
import { inspectContainer } from './containers.ts'
import type { GateRequest, StartedInstance } from './gate.ts'
import type { Image } from './image.ts'

export async function upFailure(
  { context, engine, image }: GateRequest,
  { stdout, stderr, exitCode }: CommandResult,
  made: readonly StartedInstance[],
): Promise<Hop3Error> {
  const states = await Promise.all(made.map(async ({ id }) => (await inspectContainer(engine, id))?.error ?? ''))
  const said = [...states, stderr, stdout].join('\n')
  const { appName } = context
  const details = { exitCode }
  const port = /127\.0\.0\.1:(\d+)\b[^\n]*(?:already (?:allocated|in use))/.exec(said)?.[1]
  if (port !== undefined)
    return hop3Error(
      'deploy.compose.port-taken',
      `Cannot start ${appName}: something else has taken port ${port} of 127.0.0.1 meanwhile.`,
      {
        hint: 'Run the command again: another port is chosen then. `ss -ltnp` shows who has it.',
        details: { ...details, port: Number(port) },
      },
    )
  const name = /Conflict\. The container name "\/?([^"]+)" is already in use/.exec(said)?.[1]
  if (name !== undefined)
    return hop3Error(
      'deploy.compose.name-taken',
      `Cannot start ${appName}: a container that Hop3 has not made is called ${printable(name)}. It is left alone.`,
      {
        hint: `Rename it (docker rename ${printable(name)} <other name>) or remove it, then run the command again.`,
        details: { ...details, name },
      },
    )
  const program = missingProgram(said)
  if (program !== undefined) return cannotRun(appName, program, image)
  const lines = said
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^Container .* (Creat|Start)|^Creating .* (\.\.\.|done)|^Starting /.test(line))
  return hop3Error(
    'deploy.compose.failed',
    `Cannot start ${appName}: Compose failed (exit code ${exitCode ?? 'none'}).\n${lines
      .slice(-12)
      .map((line) => `  ${printable(line)}`)
      .join('\n')}`,
    {
      hint: 'Mend what its last lines show, then deploy again.',
      details,
    },
  )
}

/** How a shell, an init and an engine end for a program that cannot be started. Without it a line that says so is a program's own. */
export const isCannotRun = (exitCode: unknown): boolean => exitCode === 126 || exitCode === 127

/** The program that could not be started, as the engine or its init says it. */
export function missingProgram(said: string): string | undefined {
  const ofInit = /\[FATAL tini \(\d+\)\] exec (.+) failed: (?:No such file or directory|Permission denied|Exec format error)/.exec(
    said,
  )?.[1]
  return ofInit ?? /exec: \\?"([^"\\]+)\\?": (?:stat [^:]+: )?(?:no such file|executable file not found|permission denied)/.exec(said)?.[1]
}

/** Whether the image is for this host's processors is looked at only now: with an emulator, others run, too. */
export function cannotRun(appName: string, program: string, image?: Pick<Image, 'architecture'>): Hop3Error {
  const own = architectures[process.arch] ?? ''
  const { architecture = '' } = image ?? {}
  if (architecture !== '' && own !== '' && architecture !== own)
    return hop3Error(
      'artifact.foreign',
      `Cannot start ${appName}: its image was built for ${printable(architecture)}, and this host is ${own}.`,
      {
        hint: `Build it on this host, or for it (platform = "linux/${own}" under [build.docker]); or install an emulator: \`sudo apt-get install qemu-user-static binfmt-support\`.`,
        details: { architecture, host: own },
      },
    )
  if (program === '/bin/sh')
    return hop3Error(
      'deploy.compose.no-shell',
      `Cannot start ${appName}: its image has no shell (/bin/sh), and that is what reads a command.`,
      {
        hint: 'Build on an image with a shell, or leave the command of web to the CMD of the Dockerfile.',
        details: { program },
      },
    )
  return hop3Error('deploy.compose.program', `Cannot start ${appName}: its image has no program ${printable(program)} that can be run.`, {
    hint: 'Mend the command of the worker, or the CMD or ENTRYPOINT of the Dockerfile, then deploy again.',
    details: { program },
  })
}

/** Docker's names for those of Node. */
const architectures: Readonly<Record<string, string>> = {
  x64: 'amd64',
  arm64: 'arm64',
  arm: 'arm',
  ia32: '386',
  ppc64: 'ppc64le',
  s390x: 's390x',
}
