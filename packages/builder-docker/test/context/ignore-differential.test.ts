/** Generated rules over generated trees: what is left must be what `docker buildx build` leaves. HOP3_FUZZ sets how many there are. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { ignoreJudge } from '../../src/context/ignore-judge.ts'
import { readIgnoreRules } from '../../src/context/ignore-rules.ts'
import { readContext } from '../../src/context/read-context.ts'
import { docker, lacksEngine } from '../engine-fixture.ts'

const cases = Number(process.env['HOP3_FUZZ'] ?? 120)
const perBuild = 60
const root = mkdtempSync(join(tmpdir(), 'hop3-ignore-'))
afterAll(() => rmSync(root, { recursive: true, force: true }), 60_000)

/** mulberry32: the same cases for the same seed. */
function generator(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

const names = [
  'a',
  'b',
  'ab',
  'a.b',
  'a-b',
  'A',
  'foo',
  'foo.txt',
  '.env',
  'x y',
  'bär',
  '日本',
  'b+c',
  '(d)',
  '$e',
  'a[1]',
  'q',
  'node_modules',
  '#h',
  '!x',
  'a^b',
  'a|b',
  '{f}',
  '😀',
]
const pieces = [
  '*',
  '**',
  '?',
  '*.txt',
  'a*',
  '*b',
  '?b',
  '[a-c]',
  '[^a]',
  '[ab]?',
  '\\a',
  '\\*',
  '**.b',
  '.*',
  'foo*',
  '**b',
  '[!a]',
  '[a\\-c]*',
  '\\d',
  '..',
  '.',
  'a\\[1\\]',
  '*+*',
  '(*)',
]

interface Case {
  readonly files: readonly string[]
  readonly rules: string
}

function makeCase(seed: number): Case {
  const pick = generator(seed)
  const one = <T>(of: readonly T[], fallback: T): T => of[pick(of.length)] ?? fallback
  const path = (): string => Array.from({ length: 1 + pick(4) }, () => one(names, 'a')).join('/')
  const files = new Set(Array.from({ length: 14 }, path))
  const real = [...files].flatMap((file) => file.split('/'))
  const piece = (): string => {
    const kind = pick(5)
    return kind < 2 ? one(real, 'a') : kind === 2 ? one(names, 'a') : one(pieces, '*')
  }
  const pattern = (): string => {
    const kind = pick(6)
    const text =
      kind === 0
        ? one([...files], 'a')
        : kind === 1
          ? dirname(one([...files], 'a/b'))
          : Array.from({ length: 1 + pick(3) }, piece).join('/')
    const before = one(['', '', '', '', '', '/', './', '**/', '  ', '*/'], '')
    const after = one(['', '', '', '', '', '/', '/**', '/*', '  ', '\r'], '')
    return `${pick(3) === 0 ? one(['!', '!', '! '], '!') : ''}${before}${text}${after}`
  }
  const lines = Array.from({ length: 1 + pick(6) }, pattern)
  if (pick(6) === 0) lines.unshift('# a comment', '')
  if (pick(4) === 0) lines.unshift('*')
  return { files: [...files], rules: `${pick(10) === 0 ? '\uFEFF' : ''}${lines.join('\n')}${pick(2) === 0 ? '\n' : ''}` }
}

/** A file where another needs a directory is not made. */
function writeTree(directory: string, { files, rules }: Case): void {
  mkdirSync(directory, { recursive: true })
  for (const [index, file] of files.entries()) {
    try {
      mkdirSync(dirname(join(directory, file)), { recursive: true })
      if (index % 7 === 6) symlinkSync('a', join(directory, file))
      else writeFileSync(join(directory, file), file)
    } catch {
      // Another file has the name.
    }
  }
  writeFileSync(join(directory, '.dockerignore'), rules)
}

/** Without going into links. */
function listTree(directory: string, below = ''): readonly string[] {
  return readdirSync(join(directory, below), { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(below, entry.name)
      return entry.isDirectory() ? [path, ...listTree(directory, path)] : [path]
    })
    .toSorted()
}

async function ours(directory: string, rules: string): Promise<readonly string[] | undefined> {
  try {
    const judge = ignoreJudge(readIgnoreRules(rules, '.dockerignore'))
    const { entries } = await readContext({ root: directory, judge, own: [], signal: new AbortController().signal })
    return entries.map(({ path }) => path).toSorted()
  } catch {
    return undefined
  }
}

/** Undefined where the build was refused. */
function theirs(directories: readonly string[]): readonly (readonly string[])[] | undefined {
  const work = mkdtempSync(join(root, 'build-'))
  const output = join(work, 'out')
  const copies = directories.map((_, index) => `COPY --from=c${index} . /${index}/`)
  mkdirSync(join(work, 'empty'))
  writeFileSync(join(work, 'Dockerfile'), ['FROM scratch', 'WORKDIR /', ...copies, ''].join('\n'))
  const contexts = directories.flatMap((directory, index) => ['--build-context', `c${index}=${directory}`])
  try {
    docker(
      'buildx',
      'build',
      '--quiet',
      '--output',
      `type=local,dest=${output}`,
      '--file',
      join(work, 'Dockerfile'),
      ...contexts,
      join(work, 'empty'),
    )
  } catch {
    return undefined
  }
  return directories.map((_, index) => {
    mkdirSync(join(output, String(index)), { recursive: true })
    return listTree(join(output, String(index)))
  })
}

describe.skipIf(lacksEngine())('.dockerignore leaves what the docker program leaves', { timeout: 120_000 }, () => {
  test.each(Array.from({ length: Math.ceil(cases / perBuild) }, (_, batch) => batch))('batch %i', async (batch) => {
    const seeds = Array.from({ length: perBuild }, (_, index) => 1 + batch * perBuild + index)
    const made = seeds.map((seed) => ({ seed, directory: join(root, `case-${seed}`), ...makeCase(seed) }))
    for (const one of made) writeTree(one.directory, one)
    const left = await Promise.all(made.map(async (one) => ({ ...one, left: await ours(one.directory, one.rules) })))
    // What is refused would refuse the whole build: each of those is tried by itself.
    const taken = left.filter((one) => one.left !== undefined)
    const together = theirs(taken.map(({ directory }) => directory))
    const expected = together ?? taken.map(({ directory }) => theirs([directory])?.[0])
    for (const [index, one] of taken.entries()) {
      expect({ seed: one.seed, rules: one.rules, left: one.left }).toEqual({ seed: one.seed, rules: one.rules, left: expected[index] })
    }
    for (const one of left.filter((other) => other.left === undefined).slice(0, 3)) {
      expect({ seed: one.seed, rules: one.rules, theirs: theirs([one.directory]) }).toEqual({
        seed: one.seed,
        rules: one.rules,
        theirs: undefined,
      })
    }
  })
})
