import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { noFacts, type ToolchainFacts } from '../src/templates/facts.ts'
import type { TemplateName } from '../src/templates/template-names.ts'
import { valuesOf } from '../src/templates/template-use.ts'
import { versionWarnings } from '../src/templates/tool-packages.ts'
import { ejectTemplate, lockTemplate } from '../src/tools.ts'
import { lacksNix, nixStage } from './nix-stage.ts'

const options = { pure: true, sandbox: 'auto', timeout: 3600 } as const
const asking = (tool: string, version: string): ToolchainFacts => ({ ...noFacts, versions: { [tool]: { version, origin: '.tool:1' } } })

const asked: readonly [TemplateName, string, version: string, values: object, isHonored: boolean][] = [
  ['node-prebuilt', 'node', '20.11.1', { node: 'nodejs_20' }, false],
  ['node-prebuilt', 'node', '20', { node: 'nodejs_20' }, true],
  ['node-pnpm-install', 'node', '^20.9', { node: 'nodejs_20' }, true],
  ['node-pnpm-install', 'node', '~20.9', { node: 'nodejs_20' }, false],
  ['node-pnpm-install', 'node', '>=18 <21', { node: 'nodejs' }, false],
  ['python-venv', 'python', '3.11.4', { python: 'python311', pip: 'python311.pkgs.pip' }, false],
  ['python-venv', 'python', '3.11', { python: 'python311', pip: 'python311.pkgs.pip' }, true],
  ['python-venv', 'python', '3', { python: 'python3', pip: 'python3Packages.pip' }, true],
  ['python-venv', 'python', '>=3.11', { python: 'python3', pip: 'python3Packages.pip' }, true],
  ['go-source', 'go', '1.21.3', { go: 'go_1_21' }, false],
  ['go-source', 'go', '>=1.21.3', { go: 'go' }, true],
  ['php-app', 'php', '8.2', { php: 'php82' }, true],
  ['php-app', 'php', '8', { php: 'php' }, false],
  ['php-app', 'php', '^8.1', { php: 'php' }, false],
  ['python-venv', 'python', '^3.8', { python: 'python3', pip: 'python3Packages.pip' }, false],
  ['ruby-bundler', 'ruby', '~> 3.2.1', { ruby: 'ruby_3_2' }, true],
  ['java-maven', 'java', '17', { jdk: 'jdk17' }, true],
]

it.each(asked)('%s for %s %s', (name, tool, version, values, isHonored) => {
  const facts = asking(tool, version)
  expect(valuesOf({ name, options, facts, root: '/nonexistent' })).toMatchObject(values)
  const warning = `.tool:1 asks for ${tool} ${version}, and the template ${name} takes ${Object.values(values)[0]} of`
  const isNamed = versionWarnings(name, options, facts).map((text) => text.startsWith(warning))
  expect(isNamed).toEqual(isHonored ? [] : [true])
})

it('takes what the configuration names, without a word', () => {
  const [configured, facts] = [{ ...options, 'python-package': 'python312', 'php-version': '8.3' }, asking('python', '3.11.4')]
  expect(valuesOf({ name: 'python-venv', options: configured, facts, root: '/nonexistent' })).toEqual({
    python: 'python312',
    pip: 'python312.pkgs.pip',
  })
  expect(versionWarnings('python-venv', configured, facts)).toEqual([])
  expect(valuesOf({ name: 'php-app', options: configured, facts: asking('php', '8.1'), root: '/nonexistent' })).toMatchObject({
    php: 'php83',
  })
})

describe.skipIf(lacksNix())('nixpkgs', { timeout: 60_000 }, () => {
  it.each([
    ['go-source', 'go-package = "go_1_21"', 'go_1_21'],
    ['go-source', '', 'go'],
    ['node-prebuilt', 'node-package = "nodejs_20"', 'nodejs_20'],
  ])('has it as %s calls it (%s)', async (template, line, name) => {
    const stage = await nixStage({ 'go.mod': 'module x\n', Procfile: 'web: x\n' })
    stage.write({ 'hop3.toml': `[nix]\nnixpkgs = "${stage.pin()}"\ntemplate = "${template}"\n${line}\n` })
    if (template === 'go-source') await lockTemplate((await stage.builder()).context, false)
    await ejectTemplate((await stage.builder()).context)
    expect(readFileSync(join(stage.source, 'hop3-plan.json'), 'utf8')).toContain(`"${name}"`)
    const args = ['-I', `nixpkgs=${stage.nixpkgs}`, join(stage.source, 'hop3.nix'), '-A', 'package']
    expect(execFileSync('nix-instantiate', args, { env: stage.env, encoding: 'utf8', stdio: 'pipe' })).toMatch(/\.drv\n$/)
  })
})
