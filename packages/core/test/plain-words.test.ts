import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { plainWords } from '../src/index.ts'

describe('the words of a command that needs no shell', () => {
  test.each<[command: string, words: readonly string[] | undefined]>([
    ['/server --port=8080', ['/server', '--port=8080']],
    ['  rails \t server   -b ::1 ', ['rails', 'server', '-b', '::1']],
    ['npm run start', undefined],
    ['env A=b ./serve', ['env', 'A=b', './serve']],
    ['A=b ./serve', undefined],
    ['exec ./serve', undefined],
    ['cd app', undefined],
    ['./serve && true', undefined],
    ['./serve $PORT', undefined],
    ['./serve "a b"', undefined],
    ['./serve ~/x *', undefined],
    ['one\ntwo', undefined],
    ['', undefined],
    ['  ', undefined],
  ])('%j', (command, words) => {
    expect(plainWords(command)).toEqual(words)
  })

  test('are the ones a shell makes of it', () => {
    const signs = ['a', 'Z', '0', '_', '@', '%', '+', '=', ':', ',', '.', '/', '-', ' ', '\t', '~', '#', '!', '*', '$', '&', "'", '{', '\n']
    let seed = 7
    const next = (below: number): number => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) % below
    const commands = Array.from({ length: 2_000 }, () => Array.from({ length: 1 + next(12) }, () => signs[next(13 + next(12))]).join(''))
    const plain = commands.flatMap((command) => {
      const words = plainWords(command)
      return words === undefined ? [] : [{ command, words }]
    })
    expect(plain.length).toBeGreaterThan(100)
    const script = plain.map(({ command }) => `printf '%s\\0' ${command}; printf '\\n'`).join('\n')
    const said = execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8', cwd: '/proc/self/attr' }).split('\n').slice(0, -1)
    expect(said.map((line) => line.split('\0').slice(0, -1))).toEqual(plain.map(({ words }) => words))
  })

  test('begin with a program that a shell would look for on PATH', () => {
    const builtIn = execFileSync('bash', ['-c', 'compgen -k; compgen -b'], { encoding: 'utf8' }).split('\n')
    // These are programs as well, and do the same.
    const alsoPrograms = ['echo', 'printf', 'pwd', 'true', 'false', 'kill']
    const onlyInBash =
      /^(?:\[|\{|\}|!|\[\[|\]\]|bind|builtin|caller|compgen|complete|compopt|coproc|declare|dirs|disown|enable|fc|help|history|let|logout|mapfile|popd|pushd|readarray|shopt|suspend|typeset)$/
    const names = builtIn.filter((name) => name !== '' && !onlyInBash.test(name) && !alsoPrograms.includes(name))
    expect(names.filter((name) => plainWords(`${name} x`) !== undefined)).toEqual([])
  })
})
