import { describe, expect, it } from 'vitest'
import {
  createLog,
  createRegistry,
  emptyAppConfig,
  emptyDeployConfig,
  hop3Error,
  protocolVersion,
  selectBuilder,
  selectDeployer,
  silentLog,
  systemClock,
  type AppConfig,
  type BuildContext,
  type BuildArtifact,
  type BuilderFactory,
  type DeployerFactory,
  type DeploymentContext,
  type LogEvent,
  type Verdict,
} from '../src/index.ts'

const builder = (name: string, verdict: Verdict | Error, specificity: 'declared' | 'inferred' = 'inferred'): BuilderFactory => ({
  name,
  specificity,
  create: () => ({
    name,
    accept: () => (verdict instanceof Error ? Promise.reject(verdict) : Promise.resolve(verdict)),
    build: () => Promise.reject(new Error('not built here')),
  }),
})
const yes: Verdict = { accepted: true, reason: 'package.json' }
const no: Verdict = { accepted: false, reason: 'no Dockerfile' }

const select = async (builders: readonly BuilderFactory[], strategy?: string, isBrief = false, tables: Record<string, unknown> = {}) => {
  const events: LogEvent[] = []
  const config: AppConfig = {
    ...emptyAppConfig,
    build: { ...emptyAppConfig.build, ...(strategy === undefined ? {} : { strategy }), options: tables },
    origins: { 'build.strategy': 'hop3.toml:2:12' },
  }
  const context: BuildContext = {
    appName: 'blog',
    sourcePath: '/source',
    config,
    release: { id: '', path: '', buildId: '' },
    cachePath: '/cache',
    toolsPath: '/hop3/tools',
    env: {},
    secret: () => undefined,
    toolchains: [],
    log: createLog({ sink: (event) => events.push(event), clock: systemClock }),
    run: () => Promise.reject(new Error('nothing runs here')),
    signal: new AbortController().signal,
    clock: systemClock,
  }
  const registry = createRegistry({ plugins: { mine: { protocol: protocolVersion, builders } } })
  return { selection: await selectBuilder(registry, context, { isBrief }), warnings: events.map((one) => one.text) }
}

describe('selectBuilder', () => {
  it('ranks what the app was written for above what is inferred, and lists every verdict', async () => {
    const { selection, warnings } = await select([
      builder('local', yes),
      builder('nix', no, 'declared'),
      builder('docker', yes, 'declared'),
    ])
    expect(selection.chosen.name).toBe('docker')
    expect(selection.considered.map((one) => [one.name, one.verdict.accepted])).toEqual([
      ['local', true],
      ['nix', false],
      ['docker', true],
    ])
    expect(warnings).toEqual([])
  })

  it('does not pass over a wrong table that the app has for a builder, whoever else accepts', async () => {
    const wrong = hop3Error('config.invalid', 'hop3.toml:2:1: build.nix.template: no such template.')
    const builders = [builder('local', yes), builder('docker', yes, 'declared'), builder('nix', wrong)]
    for (const isBrief of [false, true])
      await expect(select(builders, undefined, isBrief, { nix: { template: 'nope' } })).rejects.toBe(wrong)
    expect((await select(builders, 'local', false, { nix: {} })).selection.chosen.name).toBe('local')
    expect((await select(builders)).selection.chosen.name).toBe('docker')
  })

  it('chooses briefly as it does in full, where two tie and the app has a table for the second', async () => {
    const builders = [builder('local', yes), builder('pack', yes)]
    for (const isBrief of [false, true]) {
      const { selection } = await select(builders, undefined, isBrief, { pack: {} })
      expect([selection.chosen.name, selection.tied]).toEqual(['local', ['pack']])
    }
  })

  it('announces a tie with the line that settles it', async () => {
    const { selection, warnings } = await select([builder('docker', yes, 'declared'), builder('nix', yes, 'declared')])
    expect([selection.chosen.name, selection.tied]).toEqual(['docker', ['nix']])
    expect(warnings.join()).toContain('[build] strategy = "docker"')
  })

  it('takes the named one, even when another ranks higher', async () => {
    expect((await select([builder('docker', yes, 'declared'), builder('local', yes)], 'local')).selection.chosen.name).toBe('local')
  })

  it('asks no more than the choice takes, where nobody wants to see them all', async () => {
    const asked = async (builders: readonly BuilderFactory[], strategy?: string) => {
      const { selection } = await select(builders, strategy, true)
      return [selection.chosen.name, selection.considered.map(({ name }) => name)]
    }
    const docker = builder('docker', yes, 'declared')
    expect(await asked([builder('local', yes), builder('nix', no, 'declared'), docker])).toEqual(['docker', ['nix', 'docker']])
    expect(await asked([builder('local', yes), docker], 'local')).toEqual(['local', ['local']])
    expect(await asked([builder('local', yes), builder('docker', no, 'declared')])).toEqual(['local', ['local', 'docker']])
    expect((await select([docker, builder('nix', yes, 'declared')], undefined, true)).selection.tied).toEqual(['nix'])
    const refused = select([builder('local', no), docker], 'local', true)
    await expect(refused).rejects.toMatchObject({ details: { considered: [{ name: 'local' }, { name: 'docker' }] } })
  })

  it.each([
    ['select.builder.none', [builder('local', no)], undefined, 'local: no Dockerfile'],
    ['select.builder.none', [], undefined, 'No builder takes'],
    ['select.builder.refused', [builder('local', no)], 'local', 'hop3.toml:2:12'],
    ['select.builder.unknown', [builder('local', yes)], 'dcoker', '"dcoker"'],
  ] as const)('throws %s', async (code, builders, strategy, seen) => {
    await expect(select(builders, strategy)).rejects.toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(seen), hint: expect.any(String) }),
    )
  })

  it('names the builder that was meant', async () => {
    const hint = expect.stringMatching(/^Did you mean "docker"\? Use one of local, docker, or install/)
    await expect(select([builder('local', yes), builder('docker', no)], 'dcoker')).rejects.toThrow(expect.objectContaining({ hint }))
  })

  it('treats a throwing strategy as a no, unless it is the only one or was named', async () => {
    const broken = builder('broken', new Error('cannot look'))
    expect((await select([broken, builder('local', yes)])).selection.chosen.name).toBe('local')
    await expect(select([broken, builder('local', yes)], 'broken')).rejects.toThrow('cannot look')
    await expect(select([broken, builder('local', no)])).rejects.toThrow('cannot look')
    await expect(select([broken])).rejects.toMatchObject({
      code: 'plugin.failed',
      message: expect.stringMatching(/^The builder broken failed while it looked at the app in .*: cannot look$/),
    })
    const unmade: BuilderFactory = {
      ...broken,
      create: () => {
        throw new Error('cannot be made')
      },
    }
    const { chosen, considered } = (await select([unmade, builder('local', yes)])).selection
    expect([chosen.name, considered[0]?.verdict]).toEqual(['local', { accepted: false, reason: 'cannot be made' }])
    await expect(select([unmade, builder('local', yes)], 'broken')).rejects.toMatchObject({ code: 'plugin.failed' })
    const telling = builder('telling', hop3Error('config.invalid', 'hop3.toml:1:1: no'))
    await expect(select([telling])).rejects.toMatchObject({ code: 'config.invalid' })
  })
})

describe('selectDeployer', () => {
  it('says where the one that refuses was named', async () => {
    const nothing = (): Promise<never> => Promise.reject(new Error('nothing is deployed here'))
    const factory: DeployerFactory = {
      name: 'uwsgi',
      specificity: 'inferred',
      create: () => ({ name: 'uwsgi', accept: async () => no, deploy: nothing, scale: nothing, stop: nothing, status: nothing }),
    }
    const context: DeploymentContext = {
      appName: 'blog',
      config: { ...emptyDeployConfig, strategy: 'uwsgi', origins: { strategy: 'hop3.toml:4:1' } },
      release: { id: 'r000001-00000001', path: '/release' },
      generation: 1,
      scale: {},
      directories: { home: '/home', run: '/run', logs: '/logs', data: '/data', volumes: '/volumes' },
      appEnv: {},
      env: {},
      baseEnv: {},
      reservePort: nothing,
      log: silentLog,
      run: nothing,
      signal: new AbortController().signal,
      clock: systemClock,
    }
    const runtime = { envVars: {}, pathPrepend: [], workingDir: '', workers: {}, beforeRun: [], staticPaths: {} }
    const artifact: BuildArtifact = {
      kind: 'static',
      location: '/site',
      runtime: { ...runtime, healthcheckPath: '', healthcheckTimeout: 30 },
      builder: 'local',
      appName: 'blog',
      builtAt: '',
      buildId: '',
      metadata: {},
    }
    const registry = createRegistry({ plugins: { mine: { protocol: protocolVersion, deployers: [factory] } } })
    await expect(selectDeployer(registry, context, artifact)).rejects.toMatchObject({
      code: 'select.deployer.refused',
      message: expect.stringContaining('hop3.toml:4:1: [deploy] strategy asks for "uwsgi"'),
    })
  })
})
