import { expect, it } from 'vitest'
import {
  checkDeployer,
  checkDeployTables,
  checkUnbuilt,
  createLog,
  createRegistry,
  emptyAppConfig,
  hop3Error,
  protocolVersion,
  silentLog,
  systemClock,
  type AppConfig,
  type DeployConfig,
  type DeployerFactory,
  type LogEvent,
} from '../src/index.ts'

const deployer = (name: string, says: Partial<DeployerFactory>): DeployerFactory => ({
  name,
  specificity: 'inferred',
  create: () => {
    throw new Error('nothing is deployed here')
  },
  ...says,
})
const native = deployer('native', {
  forms: ['process'],
  targets: [],
  options: {
    keys: ['threads'],
    check: async ({ options }) => {
      if (JSON.stringify(options['native']).includes('0'))
        throw hop3Error('config.deploy.native', 'threads is 0.', { details: { key: 'deploy.native.threads' } })
    },
  },
})
const swarm = deployer('swarm', { forms: ['image'], targets: ['swarm'], onlyByTarget: true })

const registryOf = (...deployers: readonly DeployerFactory[]) =>
  createRegistry({ plugins: { mine: { protocol: protocolVersion, deployers } } })
const app = (deploy: Partial<DeployConfig>, origins: AppConfig['origins'] = {}): AppConfig => ({
  ...emptyAppConfig,
  deploy: { ...emptyAppConfig.deploy, ...deploy },
  origins,
})

it('refuses keys and values that the table of a deployer cannot have, with their lines', async () => {
  const registry = registryOf(native, swarm)
  const check = (table: object, key: string): Promise<void> =>
    checkDeployTables(app({ options: { native: table } }, { [`deploy.native.${key}`]: 'hop3.toml:2:1' }), registry, silentLog)
  await expect(check({ thread: 3 }, 'thread')).rejects.toMatchObject({
    code: 'config.unknown-key',
    message: 'hop3.toml:2:1: unknown key "thread" in [deploy.native].',
    hint: 'Did you mean `threads`? Known keys: threads.',
  })
  await expect(check({ threads: 0 }, 'threads')).rejects.toMatchObject({
    code: 'config.deploy.native',
    message: 'hop3.toml:2:1: threads is 0.',
  })
  await expect(check({ threads: 3 }, 'threads')).resolves.toBeUndefined()
})

it('warns of a table whose name is a slip, and of no other that nobody here reads', async () => {
  const events: LogEvent[] = []
  const log = createLog({ sink: (event) => events.push(event), clock: systemClock })
  const options = { nativ: { thread: 1 }, elsewhere: {}, rollout: 'canary' }
  await checkDeployTables(app({ options }, { 'deploy.nativ': 'hop3.toml:1:9' }), registryOf(native), log)
  expect(events.map(({ text }) => text)).toEqual([
    'hop3.toml:1:9: [deploy.nativ] is read by nothing known here. Did you mean [deploy.native]?',
  ])
})

it('refuses a strategy that takes nothing without a target, where there is none', async () => {
  const origins = { 'deploy.strategy': 'hop3.toml:3:1' }
  const registry = registryOf(native, swarm)
  await expect(checkDeployer(app({ strategy: 'swarm' }, origins), registry)).rejects.toMatchObject({
    code: 'select.deployer.refused',
    message: 'hop3.toml:3:1: [deploy] strategy is "swarm", which deploys only what has it for its target.',
    hint: 'Write instead, under [deploy]: target = "swarm"',
  })
  await expect(checkDeployer(app({ strategy: 'swarm', target: 'swarm' }), registry)).resolves.toBeUndefined()
  await expect(checkDeployer(app({ strategy: 'native' }), registry)).resolves.toBeUndefined()
})

it('refuses a strategy or target that is not there, or takes nothing that the builder makes', async () => {
  const at = { 'deploy.target': 'hop3.toml:2:1', 'deploy.strategy': 'hop3.toml:3:1' }
  const check = (deploy: Partial<DeployConfig>, registry = registryOf(native, swarm)) =>
    checkDeployer(app(deploy, at), registry, ['process', 'site'])
  await expect(check({ target: 'swarn' })).rejects.toMatchObject({
    code: 'select.deployer.unknown',
    message: 'hop3.toml:2:1: [deploy] target is "swarn", which no deployer here knows.',
    hint: 'Did you mean "swarm"? There is swarm.',
  })
  await expect(check({ strategy: 'podman' })).rejects.toMatchObject({
    message: 'hop3.toml:3:1: [deploy] strategy is "podman", which no deployer here knows.',
    hint: 'There are native, swarm.',
  })
  await expect(check({ strategy: 'native', target: 'swarm' })).rejects.toMatchObject({
    message: 'hop3.toml:2:1: [deploy] target is "swarm", which the deployer "native" does not know.',
  })
  for (const deploy of [{ target: 'swarm' }, { strategy: 'swarm', target: 'swarm' }])
    await expect(check(deploy)).rejects.toMatchObject({
      code: 'select.deployer.refused',
      hint: expect.stringContaining('strategy = "docker"'),
    })
  await expect(check({ strategy: 'native' })).resolves.toBeUndefined()
  // What a deployer does not say of itself shows when it is asked.
  await expect(check({ target: 'moon' }, registryOf(deployer('lunar', {})))).resolves.toBeUndefined()
})

it('asks the one deployer that can take what will be built, and nobody where several may', async () => {
  const asking = (name: string, says: Partial<DeployerFactory>) =>
    deployer(name, { ...says, check: async ({ appName }) => Promise.reject(hop3Error('config.x', `${name} refuses ${appName}`)) })
  const compose = asking('compose', { forms: ['image'], targets: ['compose'] })
  const cluster = asking('cluster', { forms: ['image'], targets: ['cluster'], onlyByTarget: true })
  const registry = registryOf(native, compose, cluster, asking('hosted', { forms: ['image'], targets: ['hosted'], onlyByName: true }))
  const check = (deploy: Partial<DeployConfig>, of = registry, forms: readonly ('image' | 'process')[] = ['image']) =>
    checkUnbuilt({ appName: 'shop', config: app(deploy).deploy, appEnv: {} }, of, forms)
  await expect(check({})).rejects.toThrow('compose refuses shop')
  await expect(check({ target: 'cluster' })).rejects.toThrow('cluster refuses shop')
  for (const named of [{ target: 'hosted' }, { strategy: 'hosted' }]) await expect(check(named)).rejects.toThrow('hosted refuses shop')
  await expect(check({}, registry, ['process'])).resolves.toBeUndefined()
  const two = registryOf(compose, asking('other', { forms: ['image'] }))
  await expect(check({}, two)).resolves.toBeUndefined()
  await expect(check({ strategy: 'other' }, two)).rejects.toThrow('other refuses shop')
})

it('refuses a scale that is a range, with its line, where nobody keeps one', async () => {
  const cluster = deployer('cluster', { forms: ['image'], targets: ['cluster'], scalesByItself: true })
  const registry = registryOf(native, swarm, cluster)
  const ranged = (deploy: Partial<DeployConfig>): Promise<void> =>
    checkDeployer(app({ scale: { web: 2 }, mostInstances: { web: 10 }, ...deploy }, { 'deploy.scale.web': 'hop3.toml:4:1' }), registry)
  await expect(ranged({})).rejects.toMatchObject({
    code: 'config.scale',
    message: 'hop3.toml:4:1: the scale of "web" is the range "2..10", and one host keeps a count.',
  })
  await expect(ranged({ target: 'swarm' })).rejects.toMatchObject({
    code: 'config.scale',
    message: expect.stringContaining('and "swarm" keeps'),
  })
  await expect(ranged({ target: 'cluster' })).resolves.toBeUndefined()
})
