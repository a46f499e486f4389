/** When and how a deploy is interrupted while a command of the app runs. `interrupted-child.ts` is for the moments between commands. */
import { writeAll } from './apps.ts'
import { answering } from './wrong-input.ts'

/** Bears a number no other process of the machine has: what is left over is found by it. */
const nap = 'sleep 86413'

/**
 * A command that runs for a day, with children as awkward as build tools start them: one in the background, one that ignores what asks it to
 * end, one in a session of its own. It says when all of them run.
 */
const endless = `begun=$1
${nap} &
sh -c 'trap "" INT TERM HUP; while :; do ${nap}; done' &
setsid ${nap} &
touch "$begun"
wait
`

/** Whether a line of `processesOf` is one of them. */
export function isOfEndless(line: string): boolean {
  return line.includes(nap) || line.includes('endless.sh')
}

export interface Moment {
  readonly name: string
  /** Writes an app whose deploy gets to this moment and no further: then there is a file `begun`. */
  readonly write: (directory: string, begun: string) => Promise<void>
}

const app = (version: string): Readonly<Record<string, string>> => ({
  Procfile: 'web: node server.js\n',
  'server.js': answering(version),
  'endless.sh': endless,
})

export const moments: readonly Moment[] = [
  {
    name: 'an install command',
    write: (directory, begun) =>
      writeAll(directory, {
        ...app('never'),
        'hop3.toml': `[build.plan.phases.install]\ncmds = ["sh endless.sh ${begun}"]\n`,
      }),
  },
  {
    name: 'before_run',
    write: (directory, begun) =>
      writeAll(directory, {
        ...app('never'),
        'hop3.toml': `[run]\nbefore-run = "sh endless.sh ${begun}"\n\n[deploy]\nstop-timeout = 2\n`,
      }),
  },
]

/** The same app with nothing in the way. */
export async function writeVersion(directory: string, version: string): Promise<void> {
  await writeAll(directory, { ...app(version), 'hop3.toml': '' })
}

export interface Interruption {
  readonly name: string
  readonly signal: 'SIGKILL' | 'SIGINT' | 'SIGTERM'
  /** Ctrl-C goes to every process of the terminal's foreground group. */
  readonly toGroup: boolean
  readonly exitCode: number | null
  /** Whether it had the time to tidy up; else that is for the next command. */
  readonly isTidy: boolean
  /** Of someone who does not wait. Default once. */
  readonly times?: number
}

export const interruptions: readonly Interruption[] = [
  { name: 'kill -9', signal: 'SIGKILL', toGroup: false, exitCode: null, isTidy: false },
  { name: 'Ctrl-C', signal: 'SIGINT', toGroup: true, exitCode: 130, isTidy: true },
  { name: 'Ctrl-C twice', signal: 'SIGINT', toGroup: true, exitCode: 130, isTidy: false, times: 2 },
  { name: 'SIGTERM to hop3 alone', signal: 'SIGTERM', toGroup: false, exitCode: 143, isTidy: true },
]
