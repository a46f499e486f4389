/** Services full of hostile names, values, arguments, labels and paths, and what of them has reached a container's process. */
import { execFileSync } from 'node:child_process'
import { readFileSync, readlinkSync } from 'node:fs'
import { posix } from 'node:path'
import { isHop3Error } from '@hop3/core'
import { distinctValues, randomFrom } from '@hop3/testing'
import { isObject, parseJson } from '@hop3/core/json'
import { checkEnvironment } from '../src/environment.ts'
import type { ServiceInput } from '../src/service.ts'

export interface HostileBatch {
  readonly input: ServiceInput
  readonly labels: Readonly<Record<string, string>>
  /** Names that were refused, and so are nowhere. */
  readonly refused: number
  /** Values, names, arguments, labels and paths in it. */
  readonly size: number
}

/** Of a thousand: so much fits what Linux gives one process. */
const parts = { values: 450, words: 300, labels: 100, names: 100, paths: 50 } as const

/** As many as are needed for `count`, each of one service; nothing is in two of them. */
export function hostileBatches(count: number, image: string, source: string, seed: number): readonly HostileBatch[] {
  const batches = Math.ceil(count / 1_000)
  const pool = (part: keyof typeof parts, more: number): readonly string[] =>
    distinctValues(batches * parts[part] * more + 1_000, seed * 10 + more)
  const pools: Readonly<Record<keyof typeof parts, readonly string[]>> = {
    values: pool('values', 1),
    // There is one of 100 kB, and an argument may be no longer than that and its NUL.
    words: pool('words', 2).filter((word) => word.length < 100_000),
    labels: pool('labels', 3),
    names: [...pool('names', 4).slice(0, (batches * parts.names) / 2), ...usableNames((batches * parts.names) / 2, seed)],
    paths: [...new Set(pool('paths', 5).toReversed().flatMap(pathOf))],
  }
  return Array.from({ length: batches }, (_, index) => {
    // From the end: the plainest come first.
    const take = (part: keyof typeof parts): readonly string[] =>
      pools[part].toReversed().slice(index * parts[part], (index + 1) * parts[part])
    const names = pools.names.filter((_name, at) => at % batches === index)
    return batch(index, {
      image,
      source,
      values: take('values'),
      words: take('words'),
      labels: take('labels'),
      paths: take('paths'),
      names,
    })
  })
}

interface Contents extends Readonly<Record<keyof typeof parts, readonly string[]>> {
  readonly image: string
  readonly source: string
}

function batch(index: number, { image, source, values, words, labels, names, paths }: Contents): HostileBatch {
  const allowed = names.filter((name) => isAllowed(name))
  const service = `${oddNames[index] ?? 'web'}${index}`
  return {
    refused: names.length - allowed.length,
    size: values.length + names.length + words.length + labels.length + paths.length,
    labels: Object.fromEntries(labels.map((value, at) => [`l.${at}`, value])),
    input: {
      wanted: {
        app: 'shop',
        worker: service,
        ordinal: 1,
        release: 'r000001-1f3a9c2e',
        generation: 1,
        project: 'p',
        service,
        kind: 'worker',
        command: '',
      },
      mark: 'hostile',
      image,
      argv: ['/app/server', 'silent', '', ...words],
      workingDir: paths[0]?.replace('/m/', '/w/') ?? '/w',
      environment: Object.fromEntries([
        ...values.map((value, at) => [`H${at}`, value] as const),
        ...allowed.map((name, at) => [name, `of ${at}`] as const),
      ]),
      port: undefined,
      mounts: paths.map((target) => ({ source, target })),
      limits: {},
      secrets: [],
      stopTimeout: 1,
      logSize: '10m',
    },
  }
}

/** Beginnings of workers' names. */
const oddNames = ['x-', 'X.', '0', 'null', 'a--', 'yes.', '1e']

/** Letters, digits, dots, hyphens; and words that mean something to YAML or to JavaScript. */
function usableNames(count: number, seed: number): readonly string[] {
  const letters = 'ABCXYZabcxyz__0189.-'
  const odd = ['__proto__', 'constructor', 'toString', 'yes', 'NO', 'null', 'on', 'e1', 'y', '_', 'true', 'x-a', 'a.b', 'inf']
  const random = randomFrom(seed)
  const made = Array.from({ length: count * 2 }, () =>
    Array.from({ length: 1 + Math.floor(random() * 20) }, (_, at) => letters[Math.floor(random() * (at === 0 ? 14 : letters.length))]).join(
      '',
    ),
  )
  return [...new Set([...odd, ...made])].slice(0, count)
}

function isAllowed(name: string): boolean {
  try {
    checkEnvironment({ [name]: 'x' }, 'shop', 'web')
    return true
  } catch (error) {
    if (isHop3Error(error) && error.code === 'deploy.compose.env-name') return false
    throw error
  }
}

/** None where it is no absolute path of names that a file system takes. */
function pathOf(text: string): readonly string[] {
  const path = posix.normalize(`/m/${text}`).replace(/\/$/, '')
  const isUsable = path.startsWith('/m/') && path.split('/').every((name) => Buffer.byteLength(name) < 200) && path.length < 1_000
  return isUsable ? [path] : []
}

/** What is not as it was written, each as a line; empty: all is. `id` of a container that runs, on the engine at `address`. */
export function differences({ input, labels }: HostileBatch, id: string, address: string | undefined): readonly string[] {
  const host = address === undefined ? [] : ['--host', address]
  const shown: unknown = parseJson(execFileSync('docker', [...host, 'inspect', id], { encoding: 'utf8', maxBuffer: 1e9 }))
  const inspected: unknown = Array.isArray(shown) ? shown[0] : undefined
  const { State, Config } = isObject(inspected) ? inspected : {}
  const pid = isObject(State) ? Number(State['Pid']) : 0
  const seenLabels = isObject(Config) && isObject(Config['Labels']) ? Config['Labels'] : {}
  const environ = new Map(
    textOf(pid, 'environ')
      .split('\0')
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )
  const argv = textOf(pid, 'cmdline').split('\0').slice(0, -1)
  const mounts = new Set(
    textOf(pid, 'mountinfo')
      .split('\n')
      .map((line) => unescaped(line.split(' ')[4] ?? '')),
  )
  return [
    ...Object.entries(input.environment).flatMap(([name, value]) =>
      environ.get(name) === value ? [] : [`variable ${JSON.stringify([name, value, environ.get(name)])}`],
    ),
    ...(input.argv ?? []).flatMap((word, at) => (argv[at] === word ? [] : [`argument ${JSON.stringify([at, word, argv[at]])}`])),
    ...Object.entries(labels).flatMap(([name, value]) =>
      seenLabels[name] === value ? [] : [`label ${JSON.stringify([name, value, seenLabels[name]])}`],
    ),
    ...input.mounts.flatMap(({ target }) => (mounts.has(target) ? [] : [`path ${JSON.stringify(target)}`])),
    ...(readlinkSync(`/proc/${pid}/cwd`) === input.workingDir
      ? []
      : [`working directory ${JSON.stringify([input.workingDir, readlinkSync(`/proc/${pid}/cwd`)])}`]),
  ]
}

const textOf = (pid: number, file: string): string => readFileSync(`/proc/${pid}/${file}`, 'utf8')

/** The kernel writes blanks, line ends and backslashes of a path in octal. */
const unescaped = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)))
