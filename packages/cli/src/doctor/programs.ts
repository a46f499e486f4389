import { isHop3Error, type Host } from '@hop3/core'
import type { Finding } from './finding.ts'

interface Program {
  readonly check: string
  /** Any of these will do, the first that is there counts. */
  readonly commands: readonly (readonly string[])[]
  readonly missing: Pick<Finding, 'state' | 'seen' | 'fix'>
}

const programs: readonly Program[] = [
  {
    check: 'uwsgi',
    commands: [
      ['uwsgi', '--version'],
      ['uwsgi-core', '--version'],
    ],
    missing: {
      state: 'note',
      seen: 'not installed; the first deploy fetches one (pyuwsgi) into the home',
      fix: 'apt-get install uwsgi-core uwsgi-plugin-python3',
    },
  },
  {
    check: 'python',
    commands: [['python3', '--version']],
    missing: { state: 'note', seen: 'not installed; Python apps cannot be built', fix: 'apt-get install python3 python3-venv' },
  },
  {
    check: 'python venv',
    commands: [['python3', '-c', 'import venv, ensurepip; print("there")']],
    missing: { state: 'note', seen: 'python3 cannot make virtual environments', fix: 'apt-get install python3-venv' },
  },
  {
    check: 'uv',
    commands: [['uv', '--version']],
    missing: { state: 'note', seen: 'not installed; apps with a uv.lock cannot be built', fix: 'pip install uv' },
  },
  {
    check: 'npm',
    commands: [['npm', '--version']],
    missing: { state: 'note', seen: 'not installed; Node apps with dependencies cannot be built', fix: 'apt-get install npm' },
  },
]

/** The programs builds and workers use. */
export async function checkPrograms(host: Host): Promise<readonly Finding[]> {
  return Promise.all(programs.map((program) => checkProgram(program, host)))
}

async function checkProgram({ check, commands, missing }: Program, host: Host): Promise<Finding> {
  for (const [file = '', ...args] of commands) {
    const seen = await firstLineOf(file, args, host)
    if (seen !== undefined) return { check, state: 'ok', seen }
  }
  return { check, ...missing }
}

/** What the program says of itself; undefined when it is not there or fails. */
async function firstLineOf(file: string, args: readonly string[], host: Host): Promise<string | undefined> {
  try {
    const result = await host.run({ file, args, cwd: '/', env: host.toolEnv, signal: host.signal, timeout: 10_000 })
    return result.exitCode === 0 ? (result.stdout || result.stderr).trim().split('\n')[0] : undefined
  } catch (error) {
    if (isHop3Error(error) && error.code.startsWith('environment.')) return undefined
    throw error
  }
}
