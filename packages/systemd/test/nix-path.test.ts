/** Paths as Nix itself reads them: the path again, whatever is in it, and never code. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { printable } from '@hop3/core'
import { ownNixStore, randomFrom } from '@hop3/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { nixPath } from '../src/nixos.ts'

const lacksNix = process.env['HOP3_REQUIRE'] !== 'all' && spawnSync('nix-instantiate', ['--version']).status !== 0
const odd = ['a b', '"', '\\', '${throw "x"}', '$${x}', '$', "''", '#', 'c/* */', ']; x = [', '<nixpkgs>', '~', '…', 'ü', '😀', '-', '@', '*', '\n', '\t', '\r', '\u001B[31m', '\u007F', '\u202E', '\\n', '\\u0041', '{', '}', '(', ')', ';', ':', '?', '&', '%20', '`id`', '...'] // prettier-ignore

describe.skipIf(lacksNix)('a path as an expression', { timeout: 60_000 }, () => {
  it('is itself, and nothing else', () => {
    const directory = temporary()
    const random = randomFrom(20_261_122)
    const pick = (): string => odd[Math.floor(random() * odd.length)] ?? ''
    const made = Array.from({ length: 1_000 }, () => `/srv/${Array.from({ length: 1 + Math.floor(random() * 4) }, pick).join('')}x`)
    const paths = ['/', '/srv/shop', '/srv/a-b_c.d+e', ...odd.map((name) => `/srv/${name}x`), ...made]
    const expressions = paths.map(nixPath)
    for (const one of expressions) expect(printable(one), 'nothing that a terminal obeys').toBe(one)
    writeFileSync(join(directory, 'paths.nix'), `map (one: assert builtins.isPath one; toString one) [\n${expressions.join('\n')}\n]\n`)
    const told: unknown = JSON.parse(nix(directory, 'paths.nix'))
    expect(told).toEqual(paths)
  })

  it('imports the module that lies there', () => {
    const directory = temporary()
    const place = join(directory, 'a "b" ${c}\n\\ d')
    mkdirSync(place)
    writeFileSync(join(place, 'default.nix'), '{ isHere = true; }')
    writeFileSync(join(directory, 'all.nix'), `map import [ ${nixPath(place)} ]`)
    expect(JSON.parse(nix(directory, 'all.nix'))).toEqual([{ isHere: true }])
  })
})

function nix(directory: string, file: string): string {
  const env = { PATH: process.env['PATH'], HOME: directory, ...ownNixStore(directory) }
  return execFileSync('nix-instantiate', ['--eval', '--strict', '--json', file], { cwd: directory, env, encoding: 'utf8' })
}

function temporary(): string {
  const directory = mkdtempSync(join(tmpdir(), 'hop3-nix-path-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}
