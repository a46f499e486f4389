import type { AppStatus } from '@hop3/core'
import type { PlannedApp } from '@hop3/planner'
import { expect, test } from 'vitest'
import { planText } from '../../src/render/plan-text.ts'
import { verdictText } from '../../src/render/verdict-text.ts'
import { statusText } from '../../src/render/status-text.ts'
import type { Paint } from '../../src/render/style.ts'

const noPaint: Paint = (_style, text) => text

const planned: PlannedApp = {
  base: '',
  layers: [],
  kind: 'python',
  toolchains: ['python', 'node'],
  plan: {
    providers: ['python', 'node'],
    variables: { LANG: 'C.UTF-8' },
    phases: {
      setup: { cmds: [], dependsOn: [], aptPkgs: ['libpq-dev'] },
      install: {
        cmds: ['pip install -r requirements.txt'],
        dependsOn: ['setup'],
        onlyIncludeFiles: ['requirements.txt'],
        outputs: ['.venv'],
      },
      'node:install': { cmds: ['npm ci'], dependsOn: [], outputs: ['node_modules'], secrets: ['NPM_TOKEN'] },
      build: { cmds: ['npm run build'], dependsOn: ['install', 'node:install'] },
    },
    processes: { web: 'gunicorn app:app' },
    versions: { python: { version: '3.12', origin: '.python-version:1' } },
  },
  runtime: {
    envVars: {},
    envPaths: {},
    pathPrepend: [],
    workers: { web: 'gunicorn app:app', worker: 'python worker.py' },
    beforeRun: ['python migrate.py'],
    staticPaths: { '/static/': 'dist/' },
    healthcheckPath: '/health',
    healthcheckTimeout: 30,
  },
  considered: [],
  decisions: [{ key: 'processes.web', value: 'gunicorn app:app', origin: 'Procfile:1:1' }],
  warnings: ['No lockfile: versions may change from build to build.'],
  spa: false,
}

test('a plan, from top to bottom', () => {
  expect(planText('shop', planned, noPaint)).toMatchInlineSnapshot(`
    "shop  python (python, node)

    Phases
      ● node:install
      │   $ npm ci
      │   secrets NPM_TOKEN
      │   makes node_modules
      ● setup  at once
      │   packages libpq-dev
      ● install
      │   $ pip install -r requirements.txt
      │   reads requirements.txt
      │   makes .venv
      ● build  after install, node:install
          $ npm run build

    Before each release
      $ python migrate.py

    Workers
      web     gunicorn app:app
      worker  python worker.py

    Static files
      /static/  dist/

    Health
      GET /health within 30 s

    Versions
      python  3.12  .python-version:1

    Build variables
      LANG  C.UTF-8

    Decisions
      processes.web  gunicorn app:app  Procfile:1:1

    Warnings
      ! No lockfile: versions may change from build to build."
  `)
})

test('verdicts, with the outcome last', () => {
  const considered = [
    { role: 'toolchain', name: 'python', accepted: true, reason: 'requirements.txt lists Flask', evidence: ['requirements.txt'] },
    { role: 'builder', name: 'docker', accepted: false, reason: 'no Dockerfile or Containerfile' },
  ] as const
  expect(verdictText({ appName: 'shop', builder: 'local', toolchains: ['python'], considered, problem: undefined }, noPaint))
    .toMatchInlineSnapshot(`
    "ROLE       NAME    TAKES IT  WHY
    toolchain  python  yes       requirements.txt lists Flask (requirements.txt)
    builder    docker  no        no Dockerfile or Containerfile

    shop would be built by local with python."
  `)
  expect(
    verdictText({ appName: 'shop', builder: null, toolchains: [], considered, problem: 'No builder takes it.\n  docker: no' }, noPaint),
  ).toMatch(/error: No builder takes it\.$/)
})

test('apps with workers, without, and of two releases at once', () => {
  const worker = { app: 'shop', worker: 'web', ordinal: 1, generation: 3, state: 'running', pid: 42, address: '127.0.0.1:20001' } as const
  const shop = {
    app: 'shop',
    release: 'r000002-bbbbbbbb',
    stopped: false,
    maintenance: false,
    url: 'http://shop.localhost:8080/',
    port: 20000,
    isServed: false,
    outages: [],
  }
  const rest = { maintenance: false, url: null, port: null, outages: [], workers: [] }
  const statuses = [
    {
      ...shop,
      workers: [
        { ...worker, release: 'r000001-aaaaaaaa', state: 'stopped', pid: null } as const,
        { ...worker, release: 'r000002-bbbbbbbb' },
      ],
    },
    { app: 'wiki', release: 'r000001-cccccccc', stopped: true, ...rest, isServed: null },
    { app: 'new', release: null, stopped: false, ...rest, isServed: null },
  ]
  expect(statusText(statuses, noPaint)).toMatchInlineSnapshot(`
    "APP   WORKER  STATE         RELEASE           PID  ADDRESS
    shop  web.1   stopped       r000001-aaaaaaaa  -    127.0.0.1:20001
    shop  web.1   running       r000002-bbbbbbbb  42   127.0.0.1:20001
    wiki  -       stopped       r000001-cccccccc  -    -
    new   -       not deployed  -                 -    -

    shop  http://shop.localhost:8080/

    new has no release yet: \`hop3 deploy\` in its directory makes one, \`hop3 destroy new --yes\` removes what is kept of it

    shop is not served by all it should be: \`hop3 start shop\`"
  `)
  const [first] = statuses
  const ended = first && { ...first, workers: first.workers.slice(0, 1) }
  expect(statusText(ended ? [ended] : [], noPaint)).toContain('shop is not being served: `hop3 start shop`')
  expect(statusText([], noPaint)).toContain('hop3 deploy')
})

test('an app in maintenance is said to be, beside where it answers and what is wrong', () => {
  const status = { release: 'r1', stopped: false, port: 20000, isServed: false, outages: [], workers: [] }
  const shop = { ...status, app: 'shop', maintenance: true, url: 'http://shop.localhost' }
  expect(statusText([shop, { ...status, app: 'site', maintenance: false, url: null, isServed: true }], noPaint)).toMatchInlineSnapshot(`
    "APP   WORKER  STATE       RELEASE  PID  ADDRESS
    shop  -       no workers  r1       -    -
    site  -       no workers  r1       -    -

    shop  http://shop.localhost

    shop is in maintenance, and visitors see a page: \`hop3 maintenance off shop\`

    shop is not being served: \`hop3 start shop\`"
  `)
})

test('what is gone and with it several apps is said once, with the command that brings it back', () => {
  const outages = ['the uWSGI Emperor is gone', 'the embedded proxy is gone']
  const status = { release: 'r000001-aaaaaaaa', stopped: false, maintenance: false, url: null, port: null, workers: [] }
  const [shop, site] = [
    { ...status, app: 'shop', isServed: false, outages },
    { ...status, app: 'site', isServed: false, outages: outages.slice(1) },
  ]
  const last = (statuses: readonly AppStatus[]): string | undefined => statusText(statuses, noPaint).split('\n').at(-1)
  expect(last([shop])).toBe('The uWSGI Emperor is gone and the embedded proxy is gone, so shop is not being served: `hop3 start shop`')
  expect(last([shop, site])).toMatch(/^The uWSGI .* proxy is gone, so shop, site are not being served: `hop3 start --all`$/)
})

test('what is left of a proxy that answers on is not said to serve nobody', () => {
  const outages = ['the nginx proxy has lost its main process']
  const status = { release: 'r000001-aaaaaaaa', stopped: false, maintenance: false, url: null, port: null, isServed: false, workers: [] }
  const [shop, site] = [
    { ...status, app: 'shop', outages, leftAnswering: true as const },
    { ...status, app: 'site', outages },
  ]
  const last = (statuses: readonly AppStatus[]): string | undefined => statusText(statuses, noPaint).split('\n').at(-1)
  expect(last([shop])).toBe(
    'The nginx proxy has lost its main process, so what it left answers for shop, and no change reaches that: `hop3 start shop`',
  )
  expect(last([shop, site])).toMatch(/so shop, site are not being served: `hop3 start --all`$/)
})

test('nothing of a plan or a verdict can command the terminal', () => {
  const evil = '\u001b]0;title\u0007\u001b[2J\r\u009b'
  const plan = {
    ...planned.plan,
    variables: { A: evil },
    versions: { [evil]: { version: evil, origin: evil } },
    phases: { [evil]: { cmds: [evil], dependsOn: [], onlyIncludeFiles: [evil] } },
  }
  const runtime = { ...planned.runtime, workers: { web: evil }, beforeRun: [evil], staticPaths: { '/': evil }, healthcheckPath: evil }
  const decisions = [{ key: evil, value: evil, origin: evil }]
  const shown = planText('shop', { ...planned, kind: evil, plan, runtime, decisions, warnings: [evil] }, noPaint)
  const row = { role: 'builder', name: evil, accepted: true, reason: evil, evidence: [evil] } as const
  const verdict = verdictText({ appName: 'shop', builder: evil, toolchains: [evil], considered: [row], problem: undefined }, noPaint)
  for (const text of [shown, verdict]) {
    // oxlint-disable-next-line no-control-regex -- the controls are what must not be there
    expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/)
    expect(text).toContain('\\u001b]0;title')
  }
})
