/**
 * The kinds of values hop3.toml has. Each message completes "run.start …". Of zod/mini, whose schemas take a third of the time to make:
 * reading a configuration is the better part of what `hop3 plan` takes beyond starting.
 */
import * as z from 'zod/mini'

export const text = z.string({ error: 'must be a string' })
export const flag = z.boolean({ error: 'must be true or false' })
export const texts = z.array(text, { error: 'must be a list of strings' })
/** NUL cannot be passed to a process. */
export const command = text.check(z.refine((line) => line.trim() !== '' && !line.includes('\0'), 'must be a command'))
export const commands = z.union([command, z.array(command)], { error: 'must be a command or a list of commands' })
export const seconds = z
  .int({ error: 'must be a whole number of seconds' })
  .check(z.minimum(1, 'must be 1 or more'), z.maximum(86_400, 'must be 86400 (a day) or less'))
export const port = z
  .int({ error: 'must be a port number' })
  .check(z.minimum(1, 'must be 1 or more'), z.maximum(65_535, 'must be 65535 or less'))
export const instances = z
  .int({ error: 'must be a whole number' })
  .check(z.minimum(0, 'must be 0 or more'), z.maximum(200, 'must be 200 or less'))
/** `"2..10"`: as many as are needed, for a deployer that can tell. */
const range = text.check(
  z.refine((given) => {
    const { least, most } = readRange(given)
    return least >= 1 && least <= most && most <= 200
  }, 'must be a whole number, or a range such as "2..10"'),
)
export const instancesOrRange = z.union([instances, range], { error: 'must be a whole number from 0 to 200, or a range such as "2..10"' })

/** Both the same of a number; NaN of what is neither. */
export function readRange(given: number | string): { readonly least: number; readonly most: number } {
  if (typeof given === 'number') return { least: given, most: given }
  const found = /^(\d{1,3})\.\.(\d{1,3})$/.exec(given)
  return { least: Number(found?.[1]), most: Number(found?.[2]) }
}

export const urlPath = text.check(z.regex(/^\/[^\s\p{Cc}]*$/u, 'must be a path that starts with "/"'))
export const volumeName = text.check(z.regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/, 'must be a name of letters, digits, "_", "." and "-"'))
export const containerPath = text.check(
  z.refine(
    (path) => /^\/./.test(path) && !path.split('/').some((part) => part === '.' || part === '..') && !/[\p{Cc}]/u.test(path),
    'must be an absolute path in the container, such as "/app/uploads"',
  ),
)
export const strategyName = text.check(z.regex(/^[A-Za-z0-9@][A-Za-z0-9@/._-]*$/, "must be a strategy's name"))

/** A toolchain, a set of packages, a package, `./plan.toml`, `https://…`, `exec:…` or `...`: `providers/provider-entry.ts` tells which. */
export const providerName = text.check(z.regex(/^[^\s\p{Cc}]+$/u, "must be a provider's name"))
/** Never climbs out, so that what lies above the source has no say in it. */
export const innerDirectory = text.check(
  z.refine(
    (path) => path !== '' && !path.startsWith('/') && !path.split('/').includes('..') && !/[\p{Cc}\\]/u.test(path),
    'must be a directory inside the source, such as "apps/web"',
  ),
)

export function oneOf<const Names extends readonly [string, ...string[]]>(names: Names) {
  return z.enum(names, { error: `must be one of ${names.map((name) => JSON.stringify(name)).join(', ')}` })
}

export function table<Shape extends Readonly<Record<string, z.ZodMiniType>>>(shape: Shape) {
  return z.strictObject(shape, { error: 'must be a table' })
}

export function tableOf<Value extends z.ZodMiniType>(value: Value) {
  return z.record(z.string(), value, { error: 'must be a table' })
}
