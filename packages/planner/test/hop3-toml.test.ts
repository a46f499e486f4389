import { emptyAppConfig } from '@hop3/core'
import { tempApp } from '@hop3/testing'
import { describe, expect, test } from 'vitest'
import { readAppConfig } from '../src/index.ts'

async function read(hop3Toml: string, files: Readonly<Record<string, string>> = {}) {
  return readAppConfig({ sourcePath: await tempApp({ 'hop3.toml': hop3Toml, ...files }) })
}

const everything = `
[metadata]
id = "shop"
version = "1.0"
title = "Shop"
description = "Sells"
author = "A"
license = "MIT"

[build]
strategy = "local"
toolchains = ["python", "node"]
before_build = "make prepare"
build = ["cd web", "make"]
after-build = "make clean"
test = "make check"
packages = ["libpq-dev"]
pip-install = ["gunicorn", "a b"]
ignore = ["docs/"]
ignore-file = ".dockerignore"

[build.python]
package_manager = "uv"
version = "3.12"

[build.plan.phases.assets]
commands = ["make assets"]
depends-on = ["install"]
only_include_files = ["web"]

[build.plan.versions]
node = "22"

[build.plan.processes]
worker = "from the plan"
queue = "./queue"

[run]
start = "./server"
before-run = ["./migrate", "./seed"]
packages = ["curl"]
start-timeout = 90
healthcheck = "/health"

[run.workers]
worker = "./work"
cron-night = "0 4 * * 1 ./night"

[env]
_policy = "keep-existing"
LOG_LEVEL = "info"
SECRET = { generate = "hex", length = 64, prefix = "s_", display = true }
ID = { generate = "uuid" }

[domains]
list = ["Shop.example.com", "shop.example.com"]

[port]
web = 8000
[port.admin]
container = 9000
public = 9001
https = true

[[ports]]
number = 2525
[[ports]]
number = 2525
protocol = "udp"
name = "mail"

[static]
"/assets" = "public/assets"

[healthcheck]
interval = 5
retries = 2

[deploy]
strategy = "uwsgi"
target = "swarm"
rollout = "rolling"
stop-timeout = 20
spa = true
[deploy.scale]
web = 2
[deploy.uwsgi]
threads = 4

[docker]
port = 80
[docker.build-args]
A_B = "c"
[nix]
template = "x"

[[component]]
name = "api"
command = "./api"
scale = 3
memory-limit = "1G"

[[addons]]
type = "postgres"
[backup]
x = 1
[test]
y = 2
[[volumes]]
name = "uploads"
path = "/app//uploads/"
`

describe('hop3.toml', () => {
  test('is read in full', async () => {
    const config = await read(everything, { '.dockerignore': '*.md\n!README.md' })
    expect(config).toMatchObject({
      metadata: { id: 'shop', version: '1.0', title: 'Shop', description: 'Sells', author: 'A', license: 'MIT' },
      build: {
        strategy: 'local',
        toolchains: ['python', 'node'],
        ignore: ['*.md', '!README.md', 'docs/'],
        options: {
          python: { package_manager: 'uv', version: '3.12' },
          docker: { port: 80, 'build-args': { A_B: 'c' } },
          nix: { template: 'x' },
        },
        versions: { python: { version: '3.12', origin: 'hop3.toml:24:1' } },
      },
      runtime: {
        workers: { web: './server', worker: './work', 'cron-night': '0 4 * * 1 ./night', api: './api', queue: './queue' },
        beforeRun: ['./migrate', './seed'],
        staticPaths: { '/assets/': 'public/assets/' },
        healthcheckPath: '/health',
        healthcheckTimeout: 90,
      },
      deploy: {
        strategy: 'uwsgi',
        target: 'swarm',
        domains: ['shop.example.com'],
        ports: [
          { number: 2525, protocol: 'tcp', name: 'tcp-2525' },
          { number: 2525, protocol: 'udp', name: 'mail' },
        ],
        volumes: [{ name: 'uploads', path: '/app/uploads', origin: expect.stringMatching(/^hop3\.toml:\d+:1$/) }],
        scale: { web: 2, api: 3 },
        stopTimeout: 20,
        spa: true,
        origins: { strategy: 'hop3.toml:80:1', target: 'hop3.toml:81:1' },
        options: {
          uwsgi: { threads: 4 },
          rollout: 'rolling',
          port: { web: 8000, admin: { container: 9000, public: 9001, https: true } },
          healthcheck: { interval: 5, retries: 2 },
          component: { api: { 'memory-limit': '1G' } },
          backup: { x: 1 },
        },
      },
      env: {
        LOG_LEVEL: { kind: 'literal', value: 'info' },
        SECRET: { kind: 'generate', format: 'hex', length: 64, prefix: 's_', display: true },
        ID: { kind: 'generate', format: 'uuid', length: 36, prefix: '', display: false },
      },
      planLayers: [
        {
          origin: 'hop3.toml',
          plan: {
            phases: { assets: { cmds: ['make assets'], dependsOn: ['install'], onlyIncludeFiles: ['web'] } },
            versions: { node: { version: '22', origin: 'hop3.toml:32:1' } },
          },
          origins: {
            'phases.assets.cmds': 'hop3.toml:27:1',
            'phases.assets.dependsOn': 'hop3.toml:28:1',
            'versions.node': 'hop3.toml:32:1',
          },
        },
        {
          origin: 'hop3.toml',
          plan: {
            phases: {
              prebuild: { cmds: ['make prepare'] },
              build: { cmds: ['cd web && make'] },
              postbuild: { cmds: ['make clean'] },
              test: { cmds: ['make check'] },
              install: { cmds: ['...', "python -m pip install -- gunicorn 'a b'"] },
              setup: { aptPkgs: ['...', 'libpq-dev', 'curl'] },
            },
          },
          origins: { 'phases.build.cmds': 'hop3.toml:14:1', 'phases.setup.aptPkgs': 'hop3.toml:17:1' },
        },
        {
          origin: 'hop3.toml',
          plan: {
            providers: ['python', 'node'],
            processes: { web: './server', worker: './work', 'cron-night': '0 4 * * 1 ./night', api: './api', queue: './queue' },
            start: { cmd: './server' },
          },
          origins: { providers: 'hop3.toml:12:1', 'processes.queue': 'hop3.toml:36:1', 'start.cmd': 'hop3.toml:39:1' },
        },
      ],
      origins: {
        'metadata.id': 'hop3.toml:3:1',
        'build.strategy': 'hop3.toml:11:1',
        'build.toolchains': 'hop3.toml:12:1',
        'build.python.package_manager': 'hop3.toml:23:1',
        'phases.prebuild': 'hop3.toml:13:1',
        'phases.assets': 'hop3.toml:27:1',
        'runtime.workers.web': 'hop3.toml:39:1',
        'runtime.workers.queue': 'hop3.toml:36:1',
        'env.LOG_LEVEL': 'hop3.toml:51:1',
      },
    })
    expect(config.env).not.toHaveProperty('_policy')
    expect(config.warnings).toEqual([
      'hop3.toml:101:1: memory-limit of component api: kept for deployers that know it.',
      'hop3.toml:82:1: [deploy] rollout: kept for strategies that know it; none of this version does.',
      'hop3.toml:58:2: [port]: kept for strategies that know it; none of this version does.',
      'hop3.toml:76:1: [healthcheck] interval: kept for strategies that know it; none of this version does.',
      'hop3.toml:77:1: [healthcheck] retries: kept for strategies that know it; none of this version does.',
      'hop3.toml:90:2: [docker]: kept for strategies that know it; none of this version does.',
      'hop3.toml:103:3: [[addons]], [backup], [test]: handled by the platform, ignored here.',
    ])
  })

  test('an empty file says nothing', async () => {
    expect(await read('\n# nothing\n')).toEqual({ ...emptyAppConfig, metadata: {} })
  })

  test.each(['strategy', 'builder', 'method'])('[build] %s is the strategy', async (key) => {
    expect((await read(`[build]\n${key} = "docker"`)).build.strategy).toBe('docker')
  })

  test('"auto" means detection', async () => {
    const { build, deploy } = await read('[build]\nstrategy = "auto"\ntoolchain = "auto"\n[deploy]\nstrategy = "auto"')
    expect([build.strategy, build.toolchains, deploy.strategy]).toEqual([undefined, undefined, undefined])
  })

  test('[healthcheck] is [run] healthcheck', async () => {
    const { runtime } = await read('[healthcheck]\npath = "/up"\ntimeout = 7')
    expect(runtime).toMatchObject({ healthcheckPath: '/up', healthcheckTimeout: 7 })
  })

  test('hop3/hop3.toml comes first, and the other is mentioned', async () => {
    const config = await read('[run]\nstart = "root"', { 'hop3/hop3.toml': '[run]\nstart = "inner"' })
    expect(config.runtime.workers).toEqual({ web: 'inner' })
    expect(config.origins['runtime.workers.web']).toBe('hop3/hop3.toml:2:1')
    expect(config.warnings).toEqual(['hop3.toml is not read, because there is hop3/hop3.toml.'])
  })

  test('a variable that Hop3 sets itself is mentioned, as is a policy without effect', async () => {
    const { warnings } = await read('[env]\nPORT = "80"\nHOP3_DATA = "x"\n_policy = "override"')
    expect(warnings.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
      'hop3.toml:2:1: PORT',
      'hop3.toml:3:1: HOP3_DATA',
      'hop3.toml:4:1: _policy',
    ])
  })

  test('a variable of ours that Hop3 does not set reaches the worker, and nothing else is said', async () => {
    const { warnings, env } = await read('[env]\nHOP3_THEME = "dark"')
    expect(env['HOP3_THEME']).toEqual({ kind: 'literal', value: 'dark' })
    expect(warnings).toEqual([])
  })

  test.each(['a', 'a'.repeat(63)])('the id %s is a name, as it is for --app', async (id) => {
    expect((await read(`[metadata]\nid = "${id}"`)).metadata.id).toBe(id)
  })

  test('names like those of every object’s properties are names', async () => {
    const config = await read('[run.workers]\nconstructor = "a"\ntoString = "b"\n[env]\nvalueOf = "d"')
    expect(Object.entries(config.runtime.workers)).toEqual([
      ['constructor', 'a'],
      ['toString', 'b'],
    ])
    expect(config.env['valueOf']).toEqual({ kind: 'literal', value: 'd' })
  })
})

test('a scale that is a range is its least, and how many there may be; a number above it is the only one', async () => {
  const toml = '[deploy.scale]\nweb = "2..10"\nwork = 3\n[[component]]\nname = "api"\ncommand = "x"\nscale = "1..4"\n'
  const appJson = JSON.stringify({ formation: { web: { quantity: 7 } } })
  const { deploy } = await read(toml, { 'app.json': appJson })
  expect(deploy).toMatchObject({ scale: { web: 2, work: 3, api: 1 }, mostInstances: { web: 10, api: 4 } })
  expect((await read('[deploy.scale]\nweb = 2\n', { 'app.json': appJson })).deploy.mostInstances).toBeUndefined()
})

test('a count takes the place of the one below it, by either name of what answers requests', async () => {
  const appJson = { 'app.json': '{"formation": {"web": {"quantity": 3}, "clock": {"quantity": 2}}}' }
  const { deploy } = await read('[deploy.scale]\nwsgi = "2..4"\n', appJson)
  expect([deploy.scale, deploy.mostInstances]).toEqual([{ clock: 2, wsgi: 2 }, { wsgi: 4 }])
  expect((await read('[deploy.scale]\nwsgi = 2\nweb = 2\n')).deploy.scale).toEqual({ wsgi: 2, web: 2 })
})
