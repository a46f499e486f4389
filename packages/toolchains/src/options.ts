/** Validates a toolchain's own table of the configuration. The only file that loads zod: an app without such a table never pays for it. */
import { hop3Error, visible } from '@hop3/core'
import * as z from 'zod'

const texts = z.array(z.string().min(1))
const managerOf = <const Names extends readonly [string, ...string[]]>(names: Names) => z.enum(names)

const python = z.strictObject({
  /** Which files decide what is installed; default: the lock file, else requirements.txt, else pyproject.toml. */
  packageManager: managerOf(['pip', 'uv', 'poetry', 'pdm', 'pipenv']).optional(),
  /** Hop3's own spelling of the same choice (ADR 039). */
  strategy: managerOf(['uv-sync', 'requirements', 'pyproject']).optional(),
  version: z.string().min(1).optional(),
  /** The requirements file, when it is not `requirements.txt`. */
  requirements: z.string().min(1).optional(),
  /** Extras of the project to install as well. */
  extras: texts.optional(),
  /** false: never run Django's collectstatic. */
  collectstatic: z.boolean().optional(),
})

const node = z.strictObject({
  packageManager: managerOf(['npm', 'pnpm', 'yarn', 'bun']).optional(),
  version: z.string().min(1).optional(),
  /** The package.json script that builds; default `build`. */
  buildScript: z.string().min(1).optional(),
  /** The package.json script that starts; default `start`. */
  startScript: z.string().min(1).optional(),
  /** The directory to publish: the app is then a site, whatever its dependencies say. */
  outputDirectory: z.string().min(1).optional(),
  /** A site answers unknown paths with its index.html. */
  spa: z.boolean().optional(),
})

const site = z.strictObject({
  /** The directory to publish. */
  root: z.string().min(1).optional(),
  spa: z.boolean().optional(),
})

export type PythonOptions = z.output<typeof python>
export type NodeOptions = z.output<typeof node>
export type StaticOptions = z.output<typeof site>

/**
 * The validated tables `[build.python]`, `[build.node]` and `[build.static]`. Keys may be written `package-manager` or `package_manager`.
 * Each throws `config.unknown-key` with the known keys, and `config.invalid` with the key and what is wrong with it.
 */
export const parsePythonOptions = (table: unknown): PythonOptions => parse('python', python, table)
export const parseNodeOptions = (table: unknown): NodeOptions => parse('node', node, table)
export const parseStaticOptions = (table: unknown): StaticOptions => parse('static', site, table)

function parse<Schema extends z.ZodObject>(name: string, schema: Schema, table: unknown): z.output<Schema> {
  const known = Object.keys(schema.shape).map(snakeCase)
  const given = typeof table === 'object' && table !== null && !Array.isArray(table) ? Object.entries(table) : undefined
  if (given === undefined) {
    throw hop3Error('config.invalid', `[build.${name}] must be a table; it is ${visible(JSON.stringify(table) ?? 'nothing')}.`, {
      hint: `Write [build.${name}] on a line of its own, and one of these keys below it: ${known.join(', ')}.`,
    })
  }
  for (const [key] of given) if (!known.includes(key.replaceAll('-', '_'))) throw unknownKey(name, key, known)
  const parsed = schema.safeParse(Object.fromEntries(given.map(([key, value]) => [camelCase(key), value])))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const key = snakeCase(issue?.path.map(String).join('.') ?? '')
  throw hop3Error('config.invalid', `[build.${name}] ${key}: ${issue?.message ?? 'is not valid'}.`, {
    hint: `Change ${key} under [build.${name}] in hop3.toml.`,
    details: { table: `build.${name}`, key },
  })
}

function unknownKey(name: string, key: string, known: readonly string[]): Error {
  const nearest = known.find((one) => isNear(one, key.replaceAll('-', '_')))
  return hop3Error('config.unknown-key', `[build.${name}] has the unknown key ${visible(key)}.`, {
    hint: `${nearest === undefined ? '' : `Did you mean ${nearest}? `}Known keys: ${known.join(', ')}.`,
    details: { table: `build.${name}`, key: visible(key), known },
  })
}

/** One insertion, deletion, replacement or swap for every three letters. */
function isNear(one: string, other: string): boolean {
  return distance(one, other) <= Math.max(1, Math.floor(one.length / 3))
}

function distance(one: string, other: string): number {
  let previous = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (let row = 1; row <= one.length; row++) {
    const current = [row]
    for (let column = 1; column <= other.length; column++) {
      const replaced = (previous[column - 1] ?? 0) + (one[row - 1] === other[column - 1] ? 0 : 1)
      current.push(Math.min(replaced, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1))
    }
    previous = current
  }
  return previous[other.length] ?? 0
}

function camelCase(key: string): string {
  return key.replace(/[-_]([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

function snakeCase(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
