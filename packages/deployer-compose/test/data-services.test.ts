import { execFileSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { emptyDeployConfig } from '@hop3/core'
import { testHost } from '@hop3/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { parseComposeFile } from '../src/data-services/compose-file.ts'
import { dataServices } from '../src/data-services/data-services.ts'
import { unusedKeys } from '../src/data-services/own-services.ts'
import { composeDeployer, swarmDeployer } from '../src/index.ts'
import { stage } from './staged.ts'
import { flavors, isSkipped, useImages } from './test-images.ts'

const images = useImages()

/** A compose file as an app has it: the app itself, and a service that counts how often it was started. */
const composeFile = (image: string): string => `
x-common: &common
  restart: unless-stopped
services:
  app:
    build: .
    ports: ["8080:8080"]
  cache:
    <<: *common
    image: ${image}
    container_name: cache
    init: true
    command: ["sh", "-c", "echo started >> /data/starts; exec sleep 1000"]
    environment:
      COUNTRY: NO
      VERSION: 1.10
      PASSWORD: "\${PASSWORD}"
      LITERAL: "a$$b"
      WHO: "\${HOME:-nobody}"
      WHERE: "$PATH"
    ports: ["6379:6379"]
    volumes: ["kept:/data"]
    healthcheck: { test: ["CMD", "test", "-f", "/data/starts"], interval: 1s }
  prepare:
    image: ${image}
    restart: "no"
    command: ["true"]
volumes:
  kept:
`

describe.each(flavors)('with $name', (flavor) => {
  test.skipIf(isSkipped(flavor))('a service is made once, is reached by its name, and keeps its data', { timeout: 180_000 }, async () => {
    const host = await testHost()
    const config = { options: { 'compose-file': { path: 'compose.yaml', text: composeFile(images.shell) } } }
    const context = { appEnv: { PASSWORD: 'p$a"ss', PATH: 'of the app' } }
    const deploy = async (counter: number) => {
      const staged = await stage({ flavor, image: images.scratch, runtime: { workers: { web: '' } }, host, counter, config, context })
      onTestFinished(async () => {
        await staged.deployer.stop()
        await staged.deployer.forget?.()
      })
      await staged.deployer.deploy()
      await staged.deployer.retire?.()
      return staged
    }
    const first = await deploy(1)
    expect(await first.ask('/resolve?name=cache')).toMatch(/^\[\d+\.\d+\.\d+\.\d+\] <nil>$/)
    const service = serviceOf(first.host.home)
    const env = execFileSync('docker', ['exec', service, 'env'], { encoding: 'utf8' }).split('\n')
    expect(env).toEqual(
      expect.arrayContaining(['COUNTRY=NO', 'VERSION=1.10', 'PASSWORD=p$a"ss', 'LITERAL=a$b', 'WHO=nobody', 'WHERE=of the app']),
    )
    const starts = (): string => execFileSync('docker', ['exec', serviceOf(first.host.home), 'cat', '/data/starts'], { encoding: 'utf8' })
    const last = await deploy(2)
    expect(serviceOf(first.host.home), 'a deploy never recreates it').toBe(service)
    expect(starts()).toBe('started\n')
    await last.deployer.stop()
    await last.deployer.deploy()
    expect(serviceOf(first.host.home), 'nor does a stop').toBe(service)
    expect(starts()).toBe('started\nstarted\n')
    expect(await readFile(join(host.home, 'compose/shop/data/compose.json'), 'utf8')).not.toContain('p$a')
    await last.deployer.stop()
    await last.deployer.forget?.()
    expect(ofHome(first.host.home, 'volume', 'ls')).toEqual([])
  })
})

test.skipIf(flavors.every(isSkipped))('what reaches the host needs the operator’s word, once', { timeout: 180_000 }, async () => {
  const [flavor] = flavors
  if (flavor === undefined) throw new Error('no flavor')
  const text = `services:\n  db:\n    image: ${images.shell}\n    init: true\n    command: [sleep, "1000"]\n    volumes:\n      - /etc:/host:ro\n`
  const config = { options: { 'compose-file': { path: 'compose.yaml', text } } }
  const staged = await stage({ flavor, image: images.scratch, runtime: { workers: { web: '' } }, config })
  onTestFinished(() => staged.deployer.forget?.())
  await expect(staged.deployer.deploy()).rejects.toMatchObject({
    code: 'deploy.compose.privileged',
    message: expect.stringContaining('compose.yaml:7:9: /etc of the host in db'),
    hint: expect.stringContaining('--allow-privileged'),
  })
  expect(await staged.deployer.status()).toEqual([])
  await composeDeployer.create({ ...staged.context, allowPrivileged: true }, staged.artifact).deploy()
  await staged.deployer.stop()
  expect(await staged.deployer.deploy()).toMatchObject({ protocol: 'http' })
  await staged.deployer.stop()
})

const known = new Set(['PASSWORD'])
const read = (text: string, chosen?: readonly string[]) =>
  dataServices(parseComposeFile(text, 'compose.yaml'), chosen, { appName: 'shop', known })
const db = (line: string): string => `services:\n  db:\n    image: postgres\n    ${line}\n`

test.each([
  ['privileged: true', 'compose.yaml:4:17: privileged of db'],
  ['network_mode: host', 'compose.yaml:4:19: network_mode of db'],
  ['pid: host', 'compose.yaml:4:10: pid of db'],
  ['cap_add: [SYS_ADMIN]', 'compose.yaml:4:14: cap_add of db'],
  ['devices: ["/dev/kvm"]', 'compose.yaml:4:14: devices of db'],
  ['volumes: ["/var/run/docker.sock:/s"]', 'compose.yaml:4:15: /var/run/docker.sock of the host in db'],
  ['volumes: [{ type: bind, source: /, target: /host }]', 'compose.yaml:4:15: / of the host in db'],
])('%s is named with its line', (line, named) => {
  expect(read(db(line)).privileges.map(({ sentence }) => sentence)).toEqual([named])
})

test.each([
  ['a wrong key', db('comand: x'), /^compose\.yaml:4:\d+: comand is no key/],
  ['a wrong key at the top', 'servces: {}\n', /^compose\.yaml:1:\d+: servces is no key/],
  ['no YAML', 'services: [\n', /^compose\.yaml:\d+:\d+: /],
  ['an anchor in itself', 'services: &a\n  db: *a\n', /an anchor in it stands for itself/],
  [
    'anchors that grow',
    `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nservices: {db: {image: x, command: [*c,*c,*c]}}\n`,
    /too much/,
  ],
  ['a variable without a value', db('command: "${NOTHING}"'), /compose\.yaml:4:14: \$\{NOTHING\} has no value/],
  ['a variable of a table that takes its value from here', db('environment: { NAME: }'), /compose\.yaml:4:\d+: NAME of db has no value/],
  [
    'a variable of a list that takes its value from here',
    db('environment: ["A=b", "NAME"]'),
    /compose\.yaml:4:26: NAME of db has no value/,
  ],
  ['a variable that is one of the app', db('environment: ["${PASSWORD}"]'), /\$\{PASSWORD\} of db has no value/],
  ['a table in a list', db('environment: [{ A: b }]'), /compose\.yaml:4:\d+: a line of environment of db is no text/],
  ['no environment', db('environment: A=b'), /compose\.yaml:4:\d+: environment of db is no table and no list/],
  ['a $ that is none', db('command: "echo $(id)"'), /begins no variable/],
  ['a variable in a default', db('command: "${PASSWORD:-$HOME}"'), /begins no variable/],
  ['a file of the source', db('volumes: ["./init.sql:/init.sql"]'), /is a path of the source/],
  [
    'a volume of somebody else',
    `${db('volumes: ["data:/d"]')}volumes: { data: { external: true } }\n`,
    /compose\.yaml:5:\d+: external of the volume data/,
  ],
  [
    'a volume elsewhere',
    `${db('volumes: ["data:/d"]')}volumes: { data: { driver_opts: { o: bind } } }\n`,
    /driver_opts of the volume data/,
  ],
  ['a mount that spreads', db('volumes: ["/a:/b:rshared"]'), /rshared of a volume of db/],
  ['a part of a volume', db('volumes: [{ source: data, target: /d, volume: { subpath: x } }]'), /volume of a volume of db/],
  ['a path in a variable', db('volumes: ["${PASSWORD}:/host"]'), /is a path of the source/],
  ['an env_file', db('env_file: .env'), /env_file of db reads a file/],
  ['no such service', db('init: true'), /no service cache/, ['cache']],
])('%s is refused with its place', (_, text, message, chosen?: readonly string[]) => {
  expect(() => read(text, chosen)).toThrow(
    expect.objectContaining({ code: 'config.compose-file', message: expect.stringMatching(message), hint: expect.stringMatching(/\S/) }),
  )
})

test('the environment of a service is as it was written, in a list and in a table', () => {
  const found = (line: string) => read(db(line)).services['db']?.['environment']
  expect(found('environment: ["A=b=c", "B=", "C=${PASSWORD}"]')).toEqual(['A=b=c', 'B=', 'C=${PASSWORD}'])
  expect(found('environment: { A: 1.10, B: NO, C: "" }')).toEqual({ A: '1.10', B: 'NO', C: '' })
  expect(found('environment:')).toBeUndefined()
})

test.each([composeDeployer, swarmDeployer])(
  'all faults are said at once and in their order, before anything is built',
  async ({ check }) => {
    const text = `services:
  db:
    imgae: postgres
    image: postgres
    volumes: ["./init.sql:/init.sql", "data:/d"]
    environment: { A: , B: $NOTHING, C: $PASSWORD }
  cache: { image: redis, env_file: .env, comand: x }
volumes: { data: { external: true } }
`
    const config = { ...emptyDeployConfig, options: { 'compose-file': { path: 'compose.yaml', text } } }
    const error: unknown = await check?.({ appName: 'shop', config, appEnv: { PASSWORD: 'x' } }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'config.compose-file', hint: expect.stringMatching(/^Mend it, or leave the file out/) })
    expect(error instanceof Error ? error.message.split('\n') : error).toEqual([
      'compose.yaml has 7 faults:',
      '  compose.yaml:3:12: imgae is no key that Hop3 knows here. Did you mean image?',
      expect.stringMatching(/^ {2}compose\.yaml:5:15: \.\/init\.sql of db is a path of the source, /),
      '  compose.yaml:6:23: A of db has no value. Write ${A}, and set it with `hop3 env set`.',
      expect.stringMatching(/^ {2}compose\.yaml:6:28: \$NOTHING has no value\. Set it: hop3 env set shop NOTHING=/),
      expect.stringMatching(/^ {2}compose\.yaml:7:36: env_file of cache reads a file of the source, /),
      '  compose.yaml:7:50: comand is no key that Hop3 knows here. Did you mean command?',
      expect.stringMatching(
        /^ {2}compose\.yaml:8:30: external of the volume data asks for one that Hop3 does not make\. Leave the key out/,
      ),
    ])
    await expect(
      check?.({ appName: 'shop', config: { ...config, options: { ...config.options, compose: { services: false } } }, appEnv: {} }),
    ).resolves.toBe(undefined)
  },
)

test('the hint of a variable without a value is a line to type', () => {
  expect(() => read(db('command: "${NOTHING}"'))).toThrow(
    expect.objectContaining({ hint: 'Set it: hop3 env set shop NOTHING=…, or write a default: ${NOTHING:-…}.' }),
  )
})

test('what the file says of the app itself is not used, which is said with lines and places', () => {
  const own = `x-common: &common
  restart: always
services:
  app:
    <<: *common
    build: .
    image: mine
    depends_on: [db]
    environment:
      A: b
    command: [serve]
    hostname: x
    ports: ["8080:8080"]
    volumes:
  test: { build: ., command: x, profiles: [test] }
  plain: { build: . }
  db: { image: postgres, environment: { A: b } }
`
  const found = (text: string) => unusedKeys(parseComposeFile(text, 'compose.yaml'), 'shop')
  expect(found(own)).toEqual([
    'compose.yaml:4:3: app is the app, which Hop3 runs without this file. Not used of it: ' +
      'environment in line 9 (instead: `hop3 env set shop NAME=…`, or [env] in hop3.toml); ' +
      'command in line 11 (instead: `web: …` in Procfile); hostname in line 12; ' +
      'ports in line 13 (instead: listen on $PORT, to which the proxy leads).',
  ])
  expect(found('services: []')).toEqual([])
})

test.skipIf(flavors.every(isSkipped))('a deploy says it, scaling does not', { timeout: 180_000 }, async () => {
  const [flavor] = flavors
  if (flavor === undefined) throw new Error('no flavor')
  const text = 'services:\n  app:\n    build: .\n    user: root\n'
  const options = { 'compose-file': { path: 'compose.yaml', text } }
  const staged = await stage({ flavor, image: images.scratch, runtime: { workers: { web: '' } }, config: { options } })
  onTestFinished(() => staged.deployer.forget?.())
  onTestFinished(() => staged.deployer.stop())
  const said = () => staged.host.events.filter((one) => one.level === 'warn').map((one) => one.text)
  const sentence =
    'compose.yaml:2:3: app is the app, which Hop3 runs without this file. Not used of it: user in line 4 (instead: the Dockerfile).'
  await staged.deployer.deploy()
  expect(said()).toEqual([sentence])
  await staged.deployer.scale({ web: 1 })
  expect(said()).toEqual([sentence])
  await staged.deployer.stop()
  const chosen = { ...staged.context.config, options: { ...options, compose: { services: false } } }
  await composeDeployer.create({ ...staged.context, config: chosen }, staged.artifact).deploy()
  expect(said()).toEqual([sentence])
})

test('one word for one thing: another value is another question, another line is not', () => {
  const asked = (text: string) => JSON.stringify(read(text).privileges.map(({ what }) => what))
  expect(asked(db('cap_add: [NET_BIND_SERVICE]'))).not.toBe(asked(db('cap_add: [ALL]')))
  expect(asked(db('volumes: ["/srv/x:/x:ro"]'))).not.toBe(asked(db('volumes: ["/srv/x:/x"]')))
  expect(asked(db('cap_add: [ALL]'))).toBe(asked(`# a line more\n${db('cap_add: [ALL]')}`))
})

test('of deploy only limits are taken, and the rest is said', () => {
  const deploy = 'deploy: { replicas: 3, resources: { limits: { memory: 64m }, reservations: { devices: [{ driver: nvidia }] } } }'
  const { services, notes, privileges } = read(db(deploy))
  expect(services['db']?.['deploy']).toEqual({ resources: { limits: { memory: '64m' } } })
  expect(notes).toEqual([expect.stringContaining('only resources.limits')])
  expect(privileges).toEqual([])
  expect(read(db('deploy: { resources: { limits: { memory: 64m } } }')).notes).toEqual([])
})

test('labels of ours and of Compose are not the app’s to set', () => {
  const { services } = read(db('labels: { hop3.app: other, com.docker.compose.project: x, mine: yes }'))
  expect(services['db']?.['labels']).toEqual({ mine: 'yes' })
})

function ofHome(home: string, ...words: readonly string[]): readonly string[] {
  const mark = execFileSync('sh', ['-c', 'printf %s "$1" | sha256sum | cut -c 1-12', 'sh', home], { encoding: 'utf8' }).trim()
  const text = execFileSync('docker', [...words, '--quiet', '--filter', `label=hop3.home=${mark}`], { encoding: 'utf8' })
  return text.split('\n').filter(Boolean)
}

function serviceOf(home: string): string {
  const [id = ''] = ofHome(home, 'ps', '--no-trunc', '--filter', 'label=hop3.service=cache')
  return id
}
