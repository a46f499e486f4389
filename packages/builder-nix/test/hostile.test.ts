import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { randomFrom } from '@hop3/testing'
import { describe, expect, it } from 'vitest'
import { readOptions } from '../src/options.ts'
import { createSession, useOf } from '../src/session.ts'
import { templatePlan } from '../src/templates/template-plan.ts'
import { lacksNix, nixStage, shellDerivation } from './nix-stage.ts'

/** Stands for the path of `out` in every variable of a derivation, and becomes that path. */
const placeholder = '/1rz4g4znpzjwh1xymhjpm42vipw92pr73vdgl6xs1hycac8kf2n9'

/** `HOP3_NIX_HOSTILE=10000` tries as many. */
const count = Number(process.env['HOP3_NIX_HOSTILE'] ?? 400)

const pieces = [
  '${',
  '}',
  '"',
  "''",
  "'",
  '\\',
  '$',
  '$$',
  '`',
  '\n',
  '\r',
  '\t',
  '\u0001',
  '\u007F',
  ' ',
  ';',
  '#',
  '/*',
  '*/',
  '@nix {"action":"msg"}',
  '\u001B[31m',

  '${builtins.readFile /etc/passwd}',
  '${builtins.currentTime}',
  '"; builtins.exec [ "id" ]; "',
  "''${",
  '$(id)',
  '`id`',
  '%s',
  '~',
  '<nixpkgs>',
  './.',
  '/nix/store/',
  'é',
  '€',
  '😀',
  '\u2028',
  '\uFEFF',
  'ſ',
  '\\u0041',
  '{{',
  '@out@',
  '$out',
  'x'.repeat(300),
  `/${'0'.repeat(52)}`,
]

function hostileValues(seed: number): readonly string[] {
  const random = randomFrom(seed)
  const below = (limit: number): number => Math.floor(random() * limit)
  return Array.from({ length: count }, () => Array.from({ length: 1 + below(8) }, () => pieces[below(pieces.length)] ?? '').join(''))
}

const named = (values: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(values.map((value, index) => [`V${index}`, value]))

describe.skipIf(lacksNix())('values that try to be code', { timeout: 180_000 }, () => {
  it('come out of hop3.nix and of runtime.json as they went in', async () => {
    const values = named(hostileValues(1))
    const package_ = shellDerivation(
      'app',
      'mkdir -p $out/hop3; cp $runtimePath $out/hop3/runtime.json',
      'passAsFile = [ "runtime" ]; runtime = builtins.toJSON { env = values; };',
    )
    for (const expression of [
      `let values = builtins.fromJSON (builtins.readFile ./values.json); in { package = ${package_}; workers.web = "x"; }`,
      `{ package = ${shellDerivation('app', 'mkdir $out')}; workers.web = "x"; env = builtins.fromJSON (builtins.readFile ./values.json); }`,
    ]) {
      const stage = await nixStage({ 'hop3.nix': expression, 'values.json': JSON.stringify(values) })
      expect((await stage.build()).runtime.envVars).toEqual(values)
    }
  })

  it('come out of a template as they went in, also as arguments', async () => {
    const words = hostileValues(2)
    const stage = await nixStage({})
    const toml = (text: string): string => JSON.stringify(text).replaceAll('\u007F', '\\u007F')
    const env = Object.entries(named(words)).map(([name, value]) => `${name} = ${toml(value)}`)
    writeFileSync(
      join(stage.source, 'hop3.toml'),
      `[nix]\nnixpkgs = "${stage.pin()}"\nnixpkgs-package = "hello"\nexec-target = "printf"\nexec-args = ["%s\\\\0", ${words.slice(0, 200).map(toml).join(', ')}]\n[nix.runtime-env]\n${env.join('\n')}\n`,
    )
    const { runtime } = await stage.build()
    expect(runtime.envVars).toEqual(named(words))
    const printed = execFileSync('/bin/sh', ['-c', runtime.workers['web'] ?? ''], { encoding: 'utf8', env: { PATH: '/usr/bin:/bin' } })
    expect(printed.split('\0').slice(0, -1)).toEqual(words.slice(0, 200))
  })

  it('are refused where Nix cannot have them', async () => {
    const { context } = await (await nixStage({})).builder()
    const use = useOf(await createSession(context), 'nixpkgs-wrapper')
    const options = { ...readOptions(context.config), 'nixpkgs-package': 'hello' }
    const between = hostileValues(3).map((value, index) => (index % 2 === 0 ? `${value}${placeholder}` : `${placeholder}${value}`))
    for (const value of ['a\0b', '\0', '\uD800', `${placeholder}/bin`, `${placeholder}abc`, `x${placeholder}`, ...between]) {
      const made = (change: Partial<typeof options>) => () =>
        templatePlan({ ...use, options: { ...options, ...change } }, 'shop', context.config)
      const refused: unknown = expect.objectContaining({ code: 'config.nix-template' })
      expect(made({ 'exec-target': value })).toThrow(refused)
      expect(made({ 'runtime-env': { A: value } })).toThrow(refused)
    }
  })

  it('hold what Nix makes of a placeholder', async () => {
    expect((await nixStage({})).nix('nix-instantiate', '--eval', '-E', 'placeholder "out"').trim()).toBe(`"${placeholder}"`)
  })

  it.each(['"; throw "x', 'hello; import /etc/passwd', 'a b', '${x}', 'hello.${x}', ''])('are no names of packages: %s', async (name) => {
    const stage = await nixStage({ 'hop3.toml': `[nix]\nnixpkgs-package = ${JSON.stringify(name)}\nexec-target = "x"\n` })
    await expect(stage.build()).rejects.toMatchObject({ code: 'config.invalid' })
  })

  it.each(['a b.nix', 'é".nix', '${x}.nix', "it's.nix", '--help.nix', '$(id).nix', 'a\\b.nix'])(
    'may be names of files: %s',
    async (name) => {
      const stage = await nixStage({
        [name]: `{ package = ${shellDerivation('app', 'mkdir $out', 'src = ./.;')}; workers.web = "x"; }`,
        'hop3.toml': `[build]\nmethod = "nix"\n[build.nix]\nfile = ${JSON.stringify(name)}\n`,
      })
      expect((await stage.build()).metadata).toMatchObject({ nix_file: name })
    },
  )
})
