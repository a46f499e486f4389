/** The kinds of values hop3.toml has. Each message completes "run.start …". */
import * as z from 'zod'

export const text = z.string({ error: 'must be a string' })
export const flag = z.boolean({ error: 'must be true or false' })
export const texts = z.array(text, { error: 'must be a list of strings' })
/** NUL cannot be passed to a process. */
export const command = text.refine((line) => line.trim() !== '' && !line.includes('\0'), 'must be a command')
export const commands = z.union([command, z.array(command)], { error: 'must be a command or a list of commands' })
export const seconds = z
  .int({ error: 'must be a whole number of seconds' })
  .min(1, 'must be 1 or more')
  .max(86_400, 'must be 86400 (a day) or less')
export const port = z.int({ error: 'must be a port number' }).min(1, 'must be 1 or more').max(65_535, 'must be 65535 or less')
export const instances = z.int({ error: 'must be a whole number' }).min(0, 'must be 0 or more').max(200, 'must be 200 or less')
export const urlPath = text.regex(/^\/[^\s\p{Cc}]*$/u, 'must be a path that starts with "/"')
export const strategyName = text.regex(/^[A-Za-z0-9@][A-Za-z0-9@/._-]*$/, "must be a strategy's name")

export function oneOf<const Names extends readonly [string, ...string[]]>(names: Names) {
  return z.enum(names, { error: `must be one of ${names.map((name) => JSON.stringify(name)).join(', ')}` })
}

export function table<Shape extends Readonly<Record<string, z.ZodType>>>(shape: Shape) {
  return z.strictObject(shape, { error: 'must be a table' })
}

export function tableOf<Value extends z.ZodType>(value: Value) {
  return z.record(z.string(), value, { error: 'must be a table' })
}
