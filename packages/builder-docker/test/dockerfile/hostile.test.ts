/** Nothing a user writes becomes an instruction: generated values through real builds, byte for byte in the container or refused. */
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { shellQuote } from '@hop3/core'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { planDockerfile } from '../../src/dockerfile/dockerfile.ts'
import { assignments, isRepresentable } from '../../src/dockerfile/quote.ts'
import { docker, lacksEngine } from '../engine-fixture.ts'
import { plannedFrom } from './planned-apps.ts'

const run = `hop3-test-hostile-${randomBytes(4).toString('hex')}`
const made: string[] = []
afterAll(async () => {
  for (const tag of made) docker('rmi', '--force', tag)
  await rm(directory, { recursive: true, force: true })
})

const directory = await mkdtemp(join(tmpdir(), 'hop3-hostile-'))

/** What somebody would try, and anything. */
const special = fc.constantFrom(
  '$HOME',
  '${PATH:-x}',
  '\\',
  '\\$',
  '"',
  "'",
  '`id`',
  '$(id)',
  ' ',
  '\t',
  '#',
  '<<EOF',
  '[',
  '--mount=type=bind',
  '=',
  '\\\n',
  '\n',
  '\r',
  '&&',
  ';',
  '%',
  'é',
  '😀',
  '\u2028',
  '\u0085',
  '\u0001',
  '*',
  '?',
  '{a,b}',
  '!',
  '~',
)
const value = fc.oneof(
  fc.array(fc.oneof(special, fc.string({ unit: 'grapheme', maxLength: 4 })), { maxLength: 8 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 12 }),
)
const withoutNul = value.map((text) => text.replaceAll('\0', '').toWellFormed())
/** A file's name, or a path of two. */
const path = fc
  .array(
    withoutNul.map((text) => Buffer.from(text.replaceAll('/', '_')).subarray(0, 60).toString().replaceAll('\ufffd', '')),
    { minLength: 1, maxLength: 2 },
  )
  .filter((parts) => parts.every((part) => part !== '' && part !== '.' && part !== '..'))
  .map((parts) => `in/${parts.join('/')}`)

const sample = <T>(arbitrary: fc.Arbitrary<T>, count: number): readonly T[] => fc.sample(arbitrary, { numRuns: count, seed: 20_261_121 })

describe.skipIf(lacksEngine()).each([true, false])('with BuildKit: %s', (buildkit) => {
  const build = (name: string, text: string, context: string): string => {
    const tag = `${run}:${name}-${buildkit}`
    const file = join(directory, 'Dockerfile')
    writeFileSync(file, text)
    execFileSync('docker', ['build', '--quiet', '--tag', tag, '--file', file, context], {
      env: { ...process.env, DOCKER_BUILDKIT: buildkit ? '1' : '0' },
      stdio: 'pipe',
    })
    made.push(tag)
    return tag
  }

  test('variables, labels and commands', { timeout: 120_000 }, async () => {
    const context = join(directory, `values-${buildkit}`)
    await mkdir(context)
    const values = sample(withoutNul, 120)
    const all = Object.fromEntries(values.map((text, index) => [`V${index}`, text]))
    const commands = sample(withoutNul, 60)
    const planned = plannedFrom({
      buildImage: 'debian:bookworm-slim',
      variables: all,
      phases: {
        // Each list of commands is joined in another way.
        first: { cmds: commands.slice(0, 30).map((text) => `printf '%s\\0' ${shellQuote(text)} >> commands`) },
        second: {
          cmds: [...commands.slice(30).map((text) => `true; printf '%s\\0' ${shellQuote(text)} >> commands`), 'env -0 > variables'],
          dependsOn: ['first'],
        },
      },
      runtime: { envVars: all },
      processes: { web: 'sleep 1' },
    })
    const { text, warnings } = planDockerfile({ planned, appName: 'shop', buildkit })
    const labels = assignments(all)
    const tag = build('values', `${text}LABEL ${labels.written.join(' ')}\n`, context)

    const { Env, Labels } = JSON.parse(docker('image', 'inspect', '--format', '{{json .Config}}', tag))
    const held = new Set(Object.entries(all).flatMap(([name, one]) => (isRepresentable(one) ? [`${name}=${one}`] : [])))
    expect(new Set(Env.filter((one: string) => /^V\d/.test(one)))).toEqual(held)
    expect(Object.fromEntries(Object.entries(Labels).filter(([name]) => /^V\d/.test(name)))).toEqual(
      Object.fromEntries([...held].map((one) => [one.slice(0, one.indexOf('=')), one.slice(one.indexOf('=') + 1)])),
    )
    expect(warnings).toHaveLength(values.length - held.size)
    const file = (name: string): readonly string[] =>
      execFileSync('docker', ['run', '--rm', tag, 'cat', name], { encoding: 'utf8' }).split('\0').slice(0, -1)
    expect(file('commands')).toEqual(commands)
    // Build steps have them all.
    expect(new Set(file('variables').filter((one) => /^V\d/.test(one)))).toEqual(
      new Set(Object.entries(all).map(([name, one]) => `${name}=${one}`)),
    )
  })

  test('paths', { timeout: 120_000 }, async () => {
    const context = join(directory, `paths-${buildkit}`)
    const paths = [...new Map(sample(path, 30).map((one) => [one.split('/')[1], one])).values()]
    const fine = paths.filter(isRepresentable)
    for (const one of fine) {
      await mkdir(dirname(join(context, one)), { recursive: true })
      await writeFile(join(context, one), one)
    }
    for (const one of paths.filter((other) => !isRepresentable(other) && !/[*?[\\]/.test(other)))
      expect(() => planDockerfile(asking([one]))).toThrow('No Dockerfile can name')
    // A phase copies eight at most by name, and the images of a build have a limited number of layers.
    const phases = Object.fromEntries(chunks(fine, 8).map((some, index) => [`p${index}`, { cmds: ['true'], onlyIncludeFiles: [...some] }]))
    const planned = plannedFrom({
      buildImage: 'debian:bookworm-slim',
      phases,
      start: { cmd: 'true', onlyIncludeFiles: fine.slice(0, 10) },
      exclude: fine.slice(10),
    })
    const { text } = planDockerfile({ planned, appName: 'shop', buildkit })
    const tag = build('paths', text, context)
    const found = execFileSync('docker', [
      'run',
      '--rm',
      tag,
      'find',
      'in',
      '-type',
      'f',
      '-print0',
      '-exec',
      'cat',
      '{}',
      ';',
      '-exec',
      'printf',
      '\\0',
      ';',
    ])
    const wanted = fine.slice(0, 10).toSorted()
    const pairs = found.toString().split('\0').slice(0, -1)
    expect(pairs.filter((_, index) => index % 2 === 0).toSorted()).toEqual(wanted)
    expect(pairs.filter((_, index) => index % 2 === 1).toSorted()).toEqual(wanted)
  })

  function asking(onlyIncludeFiles: readonly string[]): Parameters<typeof planDockerfile>[0] {
    const planned = plannedFrom({ phases: { a: { cmds: ['true'], onlyIncludeFiles: [...onlyIncludeFiles] } }, processes: { web: 'true' } })
    return { planned, appName: 'shop', buildkit }
  }
})

function chunks<T>(all: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, index) => all.slice(index * size, (index + 1) * size))
}
