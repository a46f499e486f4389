import { silentLog, type ToolchainFactory, type ToolchainPlan } from '@hop3/core'
import { tempApp } from '@hop3/testing'
import { describe, expect, test } from 'vitest'
import { createSourceView, formatPlan, orderPhases, planApp, readAppConfig, resolveRuntime, type PlanOverrides } from '../src/index.ts'
import { rejectionOf } from './error-of.ts'

/** A toolchain that accepts where its marker file is. */
function toolchain(
  name: string,
  file: string,
  plan: Partial<ToolchainPlan> = {},
  specificity: 'declared' | 'inferred' = 'inferred',
): ToolchainFactory {
  return {
    name,
    specificity,
    create: ({ source, versions, options, named }) => ({
      name,
      accept: async () =>
        (await source.hasFile(file))
          ? { accepted: true, reason: `${file} is there`, evidence: [file] }
          : { accepted: false, reason: `no ${file}` },
      plan: async () => ({
        kind: name,
        phases: { install: { cmds: [`${name} install`], outputs: [`.${name}`] }, build: { cmds: [`${name} build`] } },
        processes: { web: `${name} serve`, worker: `${name} work` },
        versions: { [name]: versions[name] ?? { version: '1', origin: 'default' } },
        variables: { WHO: name },
        exclude: [`.${name}`],
        runtime: {
          envVars: { BY: name },
          envPaths: { ROOT: `.${name}` },
          pathPrepend: [`.${name}/bin`],
          beforeRun: [`${name} migrate`],
          staticPaths: { '/static': 'static' },
        },
        decisions: [
          { key: 'processes.web', value: `${name} serve`, origin: name },
          { key: 'seen', value: JSON.stringify({ options: options ?? null, named }), origin: name },
        ],
        warnings: [`from ${name}`],
        ...plan,
      }),
    }),
  }
}

const python = toolchain('python', 'requirements.txt', { processes: { wsgi: 'app:app' } })
const node = toolchain('node', 'package.json')

async function plan(files: Readonly<Record<string, string>>, toolchains = [python, node], overrides?: PlanOverrides) {
  const sourcePath = await tempApp(files)
  const source = createSourceView(sourcePath)
  const config = await readAppConfig({ sourcePath, source, ...(overrides ? { overrides } : {}) })
  return planApp({ appName: 'shop', sourcePath, config, toolchains, log: silentLog, source })
}

describe('planApp', () => {
  test('takes the toolchain that accepts', async () => {
    const planned = await plan({ 'package.json': '{}' })
    expect(planned).toMatchObject({
      kind: 'node',
      toolchains: ['node'],
      considered: [
        { name: 'python', verdict: { accepted: false, reason: 'no requirements.txt' } },
        { name: 'node', verdict: { accepted: true } },
      ],
      plan: {
        providers: ['node'],
        variables: { WHO: 'node' },
        phases: { install: { cmds: ['node install'], dependsOn: [] }, build: { dependsOn: ['install'] } },
        start: { cmd: 'node serve' },
        processes: { web: 'node serve', worker: 'node work' },
        exclude: ['.node'],
      },
      runtime: {
        envVars: { BY: 'node' },
        workers: { web: 'node serve' },
        beforeRun: ['node migrate'],
        staticPaths: { '/static/': 'static/' },
        healthcheckTimeout: 30,
      },
      warnings: ['from node'],
      spa: false,
    })
    expect(planned.decisions[0]).toEqual({ key: 'toolchain', value: 'node', origin: 'package.json' })
  })

  test('runtime merges per key: hop3.toml over Procfile over toolchain', async () => {
    const planned = await plan({
      'package.json': '{}',
      Procfile: 'web: from Procfile\nclock: tick\nrelease: ./release\nstatic: /media:media',
      'hop3.toml': '[run]\nstart = "from hop3.toml"\n[static]\n"/static" = "other"\n[env]\nBY = "env"\nX = "y"\nS = { generate = "hex" }',
    })
    expect(planned.runtime).toMatchObject({
      workers: { web: 'from hop3.toml', clock: 'tick', worker: 'node work' },
      beforeRun: ['./release'],
      staticPaths: { '/static/': 'other/', '/media/': 'media/' },
      envVars: { BY: 'node', X: 'y' },
    })
    expect(planned.runtime.envVars).not.toHaveProperty('S')
    expect(planned.decisions).toEqual(
      expect.arrayContaining([
        { key: 'processes.web', value: 'from hop3.toml', origin: 'hop3.toml:2:1' },
        { key: 'processes.clock', value: 'tick', origin: 'Procfile:2:1' },
        { key: 'before-run', value: './release', origin: 'Procfile:3:1' },
      ]),
    )
    expect(JSON.stringify(planned.decisions)).not.toContain('node serve')
  })

  test('a web worker of the app replaces another kind of the toolchain, or of a lower file', async () => {
    expect((await plan({ 'requirements.txt': '', Procfile: 'web: gunicorn x' })).runtime.workers).toEqual({ web: 'gunicorn x' })
    const site = toolchain('node', 'package.json', { processes: { static: 'dist' }, runtime: { spa: true } })
    expect((await plan({ 'package.json': '', Procfile: 'web: x' }, [site])).runtime.workers).toEqual({ web: 'x' })
    expect((await plan({ 'package.json': '', Procfile: 'static: out' })).runtime.workers).toEqual({ static: 'out', worker: 'node work' })
    expect((await plan({ Procfile: 'wsgi: a:b\nworker: w', 'hop3.toml': '[run]\nstart = "x"' }, [])).runtime.workers).toEqual({
      web: 'x',
      worker: 'w',
    })
    expect((await plan({ 'package.json': '' }, [site])).spa).toBe(true)
    expect((await plan({ 'package.json': '', 'hop3.toml': '[deploy]\nspa = false' }, [site])).spa).toBe(false)
  })

  test('plan layers: toolchain, Procfile, [build.plan], [build], command line', async () => {
    const files = {
      'package.json': '',
      Procfile: 'prebuild: pre\nbuild: from Procfile',
      'hop3.toml':
        '[build]\nafter-build = "post"\n[build.plan.phases.build]\ncmds = ["...", "more"]\n[build.plan.phases.lint]\ncmds = ["lint"]',
    }
    const planned = await plan(files)
    expect(planned.plan.phases['build']).toEqual({ cmds: ['from Procfile', 'more'], dependsOn: ['install'] })
    expect(orderPhases(planned.plan)).toEqual(['prebuild', 'install', 'lint', 'build', 'postbuild'])
    const overridden = await plan(files, [node], {
      installCmd: 'mine',
      buildCmd: 'build mine',
      startCmd: 'start mine',
      versions: { node: '22' },
      plan: { processes: { extra: 'e' } },
    })
    expect(overridden.plan.phases['install']).toEqual({ cmds: ['mine'], dependsOn: ['prebuild'] })
    expect(overridden.plan.phases['build']).toEqual({ cmds: ['build mine'], dependsOn: ['install'] })
    expect(overridden.plan.versions).toEqual({ node: { version: '22', origin: 'command line' } })
    expect(overridden.runtime.workers).toEqual({ web: 'start mine', worker: 'node work', extra: 'e' })
    expect(overridden.decisions).toContainEqual({ key: 'phases.install', value: 'mine', origin: '--install-cmd' })
  })

  test('a default whose command the app gives another name is no process of its own', async () => {
    const guessing = toolchain('python', 'requirements.txt', { processes: { web: 'python main.py' }, decisions: [] })
    const planned = await plan({ 'requirements.txt': '', Procfile: 'worker: python  main.py' }, [guessing])
    expect(planned.runtime.workers).toEqual({ worker: 'python  main.py' })
    expect(planned.plan).toMatchObject({ processes: { worker: 'python  main.py' } })
    expect(planned.plan.start).toBeUndefined()
    expect(planned.warnings).toEqual(['from python'])
  })

  test('a Procfile that lists processes without a web has none', async () => {
    const guessing = toolchain('python', 'requirements.txt', { processes: { web: 'python main.py' }, decisions: [] })
    const planned = async (files: Record<string, string>) => plan({ 'requirements.txt': '', ...files }, [guessing])
    const other = await planned({ Procfile: '# jobs\nworker: python queue.py' })
    expect(other.runtime.workers).toEqual({ worker: 'python queue.py' })
    expect(other.plan.start).toBeUndefined()
    expect(other.warnings).toEqual([
      'from python',
      'Procfile:2:1: Procfile lists what runs, and nothing that answers requests: write `web: python main.py` into it if that is to run, too.',
    ])
    for (const Procfile of ['cron: @daily python x.py', 'release: python x.py', 'build: make', 'static: /media:media'])
      expect((await planned({ Procfile })).runtime.workers).toHaveProperty('web', 'python main.py')
    expect((await planned({ 'hop3.toml': '[run.workers]\nworker = "python queue.py"' })).runtime.workers).toHaveProperty('web')
    const both = await planned({ Procfile: 'worker: x', 'hop3.toml': '[run]\nstart = "python serve.py"' })
    expect(both.runtime.workers).toEqual({ web: 'python serve.py', worker: 'x' })
    expect(both.warnings).toEqual(['from python'])
  })

  test('the default under a name that answers nothing is said, whatever the name', async () => {
    const starting = toolchain('node', 'package.json', { processes: { web: 'node s.js' }, decisions: [] })
    const warnings = async (files: Record<string, string>) => (await plan({ 'package.json': '', ...files }, [starting])).warnings.slice(1)
    const renamed =
      'serve runs in the background, and nothing answers requests: write `web: node s.js` if that does, or `worker: node s.js` if nothing is to.'
    const other =
      'Web is not web, since the case of a name counts: it runs in the background, without an address. Write `web: node s.js` if it answers requests.'
    expect(await warnings({ Procfile: 'serve: node s.js' })).toEqual([`Procfile:1:1: ${renamed}`])
    expect(await warnings({ Procfile: '# x\nWeb: node s.js' })).toEqual([`Procfile:2:1: ${other}`])
    expect(await warnings({ Procfile: 'Web: node t.js' })).toEqual([`Procfile:1:1: ${other.replace('s.js', 't.js')}`])
    expect(await warnings({ 'hop3.toml': '[run.workers]\nserve = "node s.js"' })).toEqual([`hop3.toml:2:1: ${renamed}`])
    expect(await warnings({ Procfile: 'worker: node s.js' })).toEqual([])
    expect(await warnings({ Procfile: 'Web: node s.js\nweb: node t.js' })).toEqual([])
    expect(await warnings({ Procfile: 'serve: node s.js\nweb: node s.js' })).toEqual([])
  })

  test('a toolchain that fails while looking says no, and is named', async () => {
    const broken: ToolchainFactory = {
      name: 'broken',
      specificity: 'declared',
      create: () => ({ name: 'broken', accept: () => Promise.reject(new TypeError('x is not a function')), plan: () => Promise.reject() }),
    }
    const unmade: ToolchainFactory = { ...broken, name: 'unmade', create: () => expect.fail('cannot be made') }
    const planned = await plan({ 'package.json': '{}' }, [broken, unmade, node])
    expect(planned.toolchains).toEqual(['node'])
    expect(planned.considered).toEqual([
      { name: 'broken', verdict: { accepted: false, reason: 'x is not a function', evidence: [] } },
      { name: 'unmade', verdict: { accepted: false, reason: 'cannot be made', evidence: [] } },
      { name: 'node', verdict: expect.objectContaining({ accepted: true }) },
    ])
    expect(planned.warnings).toContain('The toolchain broken failed while it looked at the app: x is not a function')
    expect(await plan({}, [broken])).toMatchObject({ kind: '', considered: [{ verdict: { reason: 'x is not a function' } }] })
  })

  test('a toolchain that fails while planning is named, and its author is who can mend it', async () => {
    const broken = toolchain('python', 'requirements.txt')
    const failing: ToolchainFactory = {
      ...broken,
      create: (context) => ({ ...broken.create(context), plan: () => Promise.reject(new TypeError('no such key')) }),
    }
    expect(await rejectionOf(plan({ 'requirements.txt': '' }, [failing]))).toMatchObject({
      code: 'plugin.failed',
      message: 'The toolchain python failed while it planned the app: no such key',
      class: 'environment',
      hint: expect.stringContaining('report it to its author'),
    })
  })

  test('two that accept: the first, and the line that says so', async () => {
    const planned = await plan({ 'package.json': '', 'requirements.txt': '' })
    expect(planned.toolchains).toEqual(['python'])
    expect(planned.warnings[0]).toContain(
      'python (requirements.txt) and node (package.json) could both build this app; python is used. Write toolchain = "python"',
    )
  })

  test('a declared one goes before an inferred one, without a word', async () => {
    const declared = toolchain('special', 'package.json', {}, 'declared')
    const planned = await plan({ 'package.json': '', 'requirements.txt': '' }, [python, node, declared])
    expect(planned.toolchains).toEqual(['special'])
    expect(planned.warnings).toEqual(['from special'])
  })

  test('several named: the first keeps its names, the others are prefixed', async () => {
    const planned = await plan({
      'hop3.toml':
        '[build]\ntoolchains = ["python", "node"]\n[build.node]\na = 1\n[build.plan.phases.build]\ndependsOn = ["...", "node:build"]',
    })
    expect(planned.toolchains).toEqual(['python', 'node'])
    expect(planned.kind).toBe('python')
    expect(Object.fromEntries(Object.entries(planned.plan.phases).map(([name, { dependsOn }]) => [name, dependsOn]))).toEqual({
      install: [],
      build: ['install', 'node:build'],
      'node:install': [],
      'node:build': ['node:install'],
    })
    expect(planned.plan).toMatchObject({ providers: ['python', 'node'], variables: { WHO: 'python' }, exclude: ['.node', '.python'] })
    expect(planned.runtime).toMatchObject({
      workers: { wsgi: 'app:app', worker: 'node work' },
      pathPrepend: ['.python/bin', '.node/bin'],
      envVars: { BY: 'python' },
    })
    expect(planned.decisions).toContainEqual({ key: 'seen', value: '{"options":{"a":1},"named":true}', origin: 'node' })
    expect(planned.decisions[0]).toEqual({ key: 'toolchain', value: 'python, node', origin: 'hop3.toml:2:1' })
  })

  test('providers of a plan name toolchains, the marker the detected one; an empty list none', async () => {
    expect((await plan({ 'package.json': '', 'hop3.toml': '[build.plan]\nproviders = ["...", "python"]' })).toolchains).toEqual([
      'node',
      'python',
    ])
    const none = await plan({ 'package.json': '', 'hop3.toml': '[build.plan]\nproviders = []\n[run]\nstart = "x"' })
    expect([none.toolchains, none.kind]).toEqual([[], 'process'])
  })

  test('an unknown toolchain is an error with the nearest name', async () => {
    const error = await rejectionOf(plan({ 'hop3.toml': '[build]\ntoolchain = "pyton"' }))
    expect(error).toMatchObject({ code: 'config.unknown-toolchain', message: 'hop3.toml:2:1: there is no toolchain "pyton".' })
    expect(error.hint).toContain('`python`')
  })

  test.each([
    [{}, '', {}],
    [{ Procfile: 'web: ./x' }, 'process', { web: './x' }],
    [{ 'hop3.toml': '[run.workers]\nworker = "w"' }, 'process', { worker: 'w' }],
    [{ Procfile: 'static: public' }, 'static', { static: 'public' }],
    [{ Procfile: 'static: /a:public' }, 'static', {}],
    [{ Procfile: 'build: make' }, 'process', {}],
  ])('without a toolchain: %j is %j', async (files: Readonly<Record<string, string>>, kind, workers) => {
    const planned = await plan(files)
    expect([planned.kind, planned.runtime.workers, planned.toolchains]).toEqual([kind, workers, []])
  })

  test('names that lead nowhere are mentioned', async () => {
    const planned = await plan({
      'hop3.toml': '[run]\nstart = "x"\n[deploy.scale]\nweb = 1\nwrker = 2\n[build.pyhton]\nx = 1\n[build.docker]\ny = 1',
    })
    expect(planned.warnings).toEqual([
      'hop3.toml:5:1: wrker is scaled, and no worker has that name. The workers are web.',
      'hop3.toml:6:8: [build.pyhton] is read by nothing known here. Did you mean [build.python]?',
    ])
  })

  test.each(['web', 'wsgi'])('%s leads to what answers requests, by either name', async (name) => {
    for (const worker of ['web', 'wsgi'])
      expect((await plan({ 'hop3.toml': `[run.workers]\n${worker} = "x"\n[deploy.scale]\n${name} = 2` })).warnings).toEqual([])
  })

  test('a table of the plan that stands below [build] is mentioned', async () => {
    const planned = await plan({ 'hop3.toml': '[run]\nstart = "x"\n[build.versions]\npython = "3.11"' })
    expect(planned.warnings).toEqual(['hop3.toml:3:8: [build.versions] is read by nothing known here. Did you mean [build.plan.versions]?'])
  })

  test('gives the same bytes twice, and is frozen', async () => {
    const files = { 'package.json': '', 'requirements.txt': '', 'hop3.toml': '[build]\ntoolchains = ["node", "python"]' }
    const [one, two] = [await plan(files), await plan(files)]
    expect(formatPlan(one.plan)).toBe(formatPlan(two.plan))
    expect(Object.isFrozen(one.runtime.workers)).toBe(true)
  })
})

test('resolveRuntime makes every path absolute', async () => {
  const planned = await plan({ 'package.json': '', 'hop3.toml': '[static]\n"/" = "public"\n"/up" = "."' })
  expect(resolveRuntime(planned, '/srv/app')).toEqual({
    envVars: { BY: 'node', ROOT: '/srv/app/.node' },
    pathPrepend: ['/srv/app/.node/bin'],
    workingDir: '/srv/app',
    workers: { static: '/srv/app/public', worker: 'node work' },
    beforeRun: ['node migrate'],
    staticPaths: { '/static/': '/srv/app/static/', '/up/': '/srv/app/' },
    healthcheckPath: '',
    healthcheckTimeout: 30,
  })
})

describe('what a toolchain says about its own start command', () => {
  const starts = { warnings: ['unpinned', 'listens nowhere'], startWarnings: ['listens nowhere'] }
  const served = toolchain('node', 'package.json', { ...starts, processes: { web: 'node serve' } })
  const silent = toolchain('python', 'requirements.txt', { ...starts, processes: {} })

  test.each<[what: string, toolchains: ToolchainFactory[], files: Record<string, string>, warnings: string[]]>([
    ['is said', [served], { 'package.json': '{}' }, ['unpinned', 'listens nowhere']],
    ['is said where a Procfile has the same command', [served], { Procfile: 'web: node serve\n' }, ['unpinned', 'listens nowhere']],
    ['is not said of a command that never runs', [served], { Procfile: 'web: node serve --port $PORT\n' }, ['unpinned']],
    ['is not said of a command the app calls a worker', [served], { Procfile: 'worker: node serve\n' }, ['unpinned']],
    ['is said where nothing starts', [silent], {}, ['unpinned', 'listens nowhere']],
    ['is not said where a Procfile starts something', [silent], { Procfile: 'worker: python -m shop\n' }, ['unpinned']],
  ])('%s', async (_what, toolchains, files, warnings) => {
    expect((await plan({ 'package.json': '{}', 'requirements.txt': '', ...files }, toolchains)).warnings).toEqual(warnings)
  })

  test('is not said where another toolchain starts the app', async () => {
    const files = { 'package.json': '{}', 'requirements.txt': '' }
    const planned = await plan(files, [served, silent], { toolchains: ['node', 'python'] })
    expect(planned.warnings).toEqual(['unpinned', 'listens nowhere', 'unpinned'])
  })
})

test('one process is decided once: by the Procfile where it says the same as the toolchain', async () => {
  const { decisions } = await plan({ 'package.json': '{}', Procfile: 'web: node serve\n' })
  expect(decisions.filter(({ key }) => key === 'processes.web')).toEqual([
    { key: 'processes.web', value: 'node serve', origin: 'Procfile:1:1' },
  ])
})
