import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hop3Command } from '../../../scripts/hop3-command.ts'
import { runCommand, type Finished } from './hop3-process.ts'

/** Without one a Dockerfile is no reason to build an image. */
const lacksEngine = !existsSync('/var/run/docker.sock') && process.env['HOP3_REQUIRE'] !== 'all'
let root = ''
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'hop3-views-'))
  await mkdir(join(root, 'shop'))
  await writeFile(join(root, 'shop/package.json'), '{ "scripts": { "start": "node server.js" }, "engines": { "node": ">=20" } }')
  await writeFile(join(root, 'shop/server.js'), '')
  await writeFile(
    join(root, 'shop/hop3.toml'),
    '[build.plan.phases.install]\ncmds = ["...", "echo more"]\n\n[run]\nstart = "node other.js"\n',
  )
})
afterAll(() => rm(root, { recursive: true }))

const hop3 = (words: readonly string[], directory = 'shop'): Promise<Finished> =>
  runCommand(hop3Command(words), {
    cwd: join(root, directory),
    env: { PATH: process.env['PATH'] ?? '', HOME: root, HOP3_HOME: join(root, 'home') },
  })

describe('what hop3 plan shows', { timeout: 60_000 }, () => {
  test('what deploy would refuse of strategies and their tables, with the line', async () => {
    await mkdir(join(root, 'wrong'))
    await writeFile(join(root, 'wrong/package.json'), '{ "scripts": { "start": "node server.js" } }')
    const plan = async (toml: string): Promise<string> => {
      await writeFile(join(root, 'wrong/hop3.toml'), toml)
      return (await hop3(['plan'], 'wrong')).stderr
    }
    expect(await plan('[deploy.uwsgi]\nthread = 3\n')).toMatch(/hop3\.toml:2:1: unknown key "thread".*\n.*Did you mean `threads`/)
    expect(await plan('[deploy.compose]\nmemory = "much"\n')).toContain('hop3.toml:2:1: deploy.compose.memory')
    expect(await plan('[deploy.uwsg]\nthreads = 3\n')).toContain('hop3.toml:1:9: [deploy.uwsg] is read by nothing known here')
    expect(await plan('[deploy]\ntarget = "swarm"\n')).toContain('hop3.toml:2:1: [deploy] target is "swarm", which takes a container image')
    expect(await plan('[build]\nstrategy = "podman"\n')).toContain('hop3.toml:2:1: [build] strategy asks for "podman"')
  })

  test('--explain names layer and place of every value, what it replaced and what it extends', async () => {
    const { stdout, exitCode } = await hop3(['plan', '--explain', '--json'])
    expect(exitCode).toBe(0)
    const { explained, plan } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
    const of = (key: string) => explained.find((entry: { key: string }) => entry.key === key)
    expect(of('start.cmd')).toMatchObject({ value: 'node other.js', layer: 'hop3.toml', origin: 'hop3.toml:5:1' })
    expect(of('start.cmd').replaced).toMatchObject([{ layer: 'node toolchain', value: 'node server.js' }])
    expect(of('phases.install.cmds').extended).toMatchObject([{ layer: 'node toolchain' }])
    expect(of('versions.node.version')).toMatchObject({ layer: 'node toolchain', origin: expect.stringMatching(/^package\.json:1/) })
    expect(Object.keys(plan.phases)).toEqual(['install'])
    expect((await hop3(['plan', '--explain'])).stdout).toMatch(
      /start\.cmd +node other\.js +hop3\.toml, hop3\.toml:5:1\n +replaces +node server\.js/,
    )
    expect((await hop3(['detect', '--explain'])).stdout).toMatch(/start\.cmd +node other\.js/)
  })

  test('says of an app that a template of Nix builds which one, and how far it can be built again', async () => {
    await mkdir(join(root, 'gitea'))
    await writeFile(join(root, 'gitea/hop3.toml'), '[nix]\nnixpkgs-package = "gitea"\nexec-target = "gitea"\n')
    const named = { template: 'nixpkgs-wrapper', version: 1, tier: 1, origin: 'hop3.toml:2:1' }
    expect(JSON.parse((await hop3(['plan', '--json'], 'gitea')).stdout.trim()).nix).toMatchObject(named)
    expect((await hop3(['plan'], 'gitea')).stdout).toMatch(/template +nixpkgs-wrapper, version 1.*\n +tier +1: nixpkgs builds it/)
    await mkdir(join(root, 'go'))
    await writeFile(join(root, 'go/go.mod'), 'module example.org/go\n')
    await writeFile(join(root, 'go/main.go'), 'package main\n\nfunc main() {}\n')
    expect((await hop3(['plan', '--builder', 'nix'], 'go')).stdout).toMatch(/template +go-source, .*go\.mod\n +tier +2: /)
    expect((await hop3(['plan'], 'go')).stdout).not.toContain('tier')
  })

  test.skipIf(lacksEngine)('of an app with a Dockerfile shows what deploy does, and its plan as what is left aside', async () => {
    const dockerfile = 'FROM node:24 AS build\nRUN x\nFROM scratch\nEXPOSE 8000\nCMD ["/serve"]\n'
    const says =
      /Docker\n +built by +Dockerfile\n +from +node:24 AS build +Dockerfile:1\n +from +scratch +Dockerfile:3\n +expose +8000 +Dockerfile:4\n +command +\["\/serve"\] +Dockerfile:5/
    for (const name of ['alone', 'beside']) await mkdir(join(root, name))
    for (const name of ['alone', 'beside']) await writeFile(join(root, name, 'Dockerfile'), dockerfile)
    const alone = await hop3(['plan'], 'alone')
    expect(alone).toMatchObject({ exitCode: 0, stderr: '', stdout: expect.stringMatching(says) })
    expect(alone.stdout).not.toContain('Phases')
    await writeFile(join(root, 'beside/package.json'), '{ "scripts": { "start": "node server.js" } }')
    const beside = (await hop3(['plan'], 'beside')).stdout
    expect(beside).toMatch(says)
    expect(beside).toMatch(/command .*\n\nIts plan, by which `--builder local` would build it:\n\nPhases\n/)
    const inJson = JSON.parse((await hop3(['plan', '--json'], 'beside')).stdout.trim().split('\n').at(-1) ?? '')
    expect(inJson).toMatchObject({ builder: 'docker', docker: { dockerfile: 'Dockerfile' } })
    expect((await hop3(['plan', '--builder', 'local'], 'beside')).stdout).not.toMatch(/Docker|would build/)
  })

  test('--schema is the JSON Schema of hop3.toml with plans and toolchains', async () => {
    const { stdout } = await hop3(['plan', '--schema'])
    expect(await hop3(['plan', '--schema', '--format', 'json'])).toMatchObject({ exitCode: 0, stdout })
    const { properties } = JSON.parse(stdout)
    expect(properties.build.properties.plan.properties.phases.type ?? 'any of').toBeDefined()
    expect(Object.keys(properties.build.properties.node.properties)).toContain('output-directory')
    expect(properties.build.properties.python.properties['package-manager']).toMatchObject({
      enum: expect.arrayContaining(['uv']),
      description: expect.any(String),
    })
  })

  test.each([
    [['--diff', '--format', 'json'], '--diff and --format json'],
    [['--schema', '--format', 'toml'], '--schema and --format toml'],
    [['--schema', '--diff'], '--schema and --diff'],
    [['--explain', '--format', 'dot'], '--explain and --format dot'],
  ])('%j asks for two things', async (words, named) => {
    expect(await hop3(['plan', ...words])).toMatchObject({
      exitCode: 2,
      stdout: '',
      stderr: expect.stringContaining(`\`hop3 plan\` cannot answer ${named} at once. [usage.conflicting-options]`),
    })
  })

  test('--format dot and svg are pictures', async () => {
    expect((await hop3(['plan', '--format', 'dot'])).stdout).toMatch(/^digraph plan \{/)
    expect((await hop3(['plan', '--format', 'svg'])).stdout).toMatch(/^<svg xmlns[^]*echo more[^]*<\/svg>\n$/)
  })

  test.each(['toml', 'json'])('a frozen plan (%s) is planned into the same bytes, and nobody is asked any more', async (format) => {
    const frozen = await hop3(['freeze', '--format', format])
    expect(frozen).toMatchObject({ stderr: '', exitCode: 0 })
    const copy = `frozen-${format}/shop`
    await cp(join(root, 'shop'), join(root, copy), { recursive: true })
    await rm(join(root, copy, 'hop3.toml'))
    await writeFile(join(root, copy, `nixpacks.${format}`), frozen.stdout)
    // What detection would find now is another app.
    await writeFile(join(root, copy, 'package.json'), '{ "scripts": { "start": "node changed.js" } }')
    expect((await hop3(['freeze', '--format', format], copy)).stdout).toBe(frozen.stdout)
    const json = (await hop3(['freeze', '--format', 'json'])).stdout
    expect((await hop3(['plan', '--format', 'json'], copy)).stdout).toBe(json)
  })

  test('--diff says so where there is nothing to compare with', async () => {
    expect((await hop3(['plan', '--diff'])).stdout).toContain('shop has no release to compare with.')
  })
})
