/** One question to a provider program: a process, a line of JSON in, a JSON value out. */
import { hop3Error, isHop3Error, visible, type CommandResult, type Hop3Error } from '@hop3/core'
import type * as z from 'zod'
import { isTable } from '../config/canonical-keys.ts'
import { validate } from '../config/config-problem.ts'
import type { ProviderAccess } from './provider-access.ts'
import type { ProgramLimits } from './plan-program.ts'
import { problemAnswer } from './program-answers.ts'

export interface ProgramCall {
  /** `exec:zig`: for messages. */
  readonly name: string
  /** Where it was named. */
  readonly origin: string
  readonly argv: readonly string[]
  /** Empty. */
  readonly cwd: string
  readonly access: Pick<ProviderAccess, 'run' | 'signal'>
  readonly limits: ProgramLimits
}

export interface Question {
  readonly protocol: 1
  readonly method: 'files' | 'plan'
  readonly files?: Readonly<Record<string, string>>
}

/** The answer as `schema` types it. Throws `config.provider.exec-hangs`, `-output`, `-failed`, `-garbage`, `-refuses`, `-plan`. */
export async function askProgram<Schema extends z.ZodType>(
  call: ProgramCall,
  question: Question,
  schema: Schema,
): Promise<z.output<Schema>> {
  const { name, argv, cwd, access, limits } = call
  const [file = '', ...args] = argv
  const { run, signal } = access
  const { timeout, maxOutput } = limits
  const result = await run({ file, args, cwd, env: {}, input: `${JSON.stringify(question)}\n`, signal, timeout, killAfter: 200, maxOutput })
  checkEnd(result, call)
  const value = parse(result.stdout)
  if (value === undefined) throw garbage(result, call)
  if (isTable(value) && Object.hasOwn(value, 'error')) throw refusal(valid(value, problemAnswer, name), call)
  return valid(value, schema, name)
}

function checkEnd({ timedOut, overflowed, exitCode, signal, stderr }: CommandResult, { name, origin, limits }: ProgramCall): void {
  const fail = (code: string, saw: string): Error =>
    hop3Error(`config.provider.${code}`, `${origin}: ${name} ${saw}`, {
      hint: `Mend or reinstall the program, or take ${name} out of the list.`,
      details: { origin },
    })
  if (overflowed === true) throw fail('exec-output', `wrote more than ${limits.maxOutput} bytes.`)
  if (timedOut) throw fail('exec-hangs', `gave no answer within ${limits.timeout / 1000} seconds.`)
  if (exitCode === 0) return
  const end = exitCode === null ? `was ended by ${signal ?? 'a signal'}` : `exited with ${exitCode}`
  const said = stderr
    .trim()
    .split('\n')
    .slice(-5)
    .map((line) => `\n  ${visible(line).slice(1, -1)}`)
    .join('')
  throw fail('exec-failed', `${end}${said === '\n  ' ? ' and said nothing.' : `; it said:${said}`}`)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function garbage({ stdout }: CommandResult, { name, origin }: ProgramCall): Error {
  const saw = stdout.trim() === '' ? 'nothing' : visible(stdout.trim().slice(0, 60))
  return hop3Error('config.provider.exec-garbage', `${origin}: ${name} answered ${saw}, which is no JSON.`, {
    hint: `A provider answers with one JSON object on stdout; what it says to people belongs on stderr. See \`docs/providers.md\`.`,
    details: { origin },
  })
}

function refusal({ error, hint }: z.output<typeof problemAnswer>, { name, origin }: ProgramCall): Error {
  return hop3Error('config.provider.exec-refuses', `${origin}: ${name}: ${clean(error)}`, {
    hint: hint === undefined ? `Give it what it needs, or take ${name} out of the list.` : clean(hint),
    details: { origin },
  })
}

/** A program's words go to a terminal. */
function clean(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]+/gu, ' ').trim()
}

function valid<Schema extends z.ZodType>(value: unknown, schema: Schema, name: string): z.output<Schema> {
  try {
    return validate({ path: name, value, originOf: () => name }, schema)
  } catch (error) {
    if (!isHop3Error(error)) throw error
    throw invalid(error, name)
  }
}

function invalid({ message, hint }: Hop3Error, name: string): Error {
  return hop3Error('config.provider.exec-plan', message.replaceAll(' in this file.', ' in this answer.'), {
    hint: `The answer of ${name} does not fit protocol 1 (\`docs/providers.md\`). ${hint?.startsWith('Correct') === true ? '' : (hint ?? '')}`.trim(),
    details: { provider: name },
  })
}
