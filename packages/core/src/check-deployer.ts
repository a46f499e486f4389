/** What an app asks of deployers, held against those that are there before anything is built. */
import type { AppConfig } from './app-config.ts'
import type { ArtifactForm } from './artifact-form.ts'
import type { DeployerFactory, DeployerOptions, UnbuiltApp } from './deployer.ts'
import { hop3Error, isHop3Error } from './errors.ts'
import { isObject } from './json.ts'
import type { Log } from './log.ts'
import { visible } from './names.ts'
import { nearestName } from './nearest-name.ts'
import type { Registry } from './registry.ts'
import { lineFor, namesOf, takesForm } from './takes-form.ts'

type Deployers = Pick<Registry, 'deployers'>

/**
 * The tables `[deploy.<name>]`. Throws `config.unknown-key` and what deployers throw for wrong values, with the line; warns of a table for
 * nobody whose name is a slip.
 */
export async function checkDeployTables(config: AppConfig, registry: Deployers, log: Log): Promise<void> {
  const tables = Object.keys(config.deploy.options).filter((name) => !notTables.includes(name))
  if (tables.length === 0) return
  const deployers = await registry.deployers()
  for (const name of tables) {
    const found = deployers.find((one) => one.name === name)
    if (found?.options !== undefined) await checkTable(config, name, found.options)
    const names = deployers.map((one) => one.name)
    const meant = found === undefined ? nearestName(name, names) : undefined
    if (meant !== undefined)
      log.warn(`${at(config, `deploy.${name}`)}[deploy.${name}] is read by nothing known here. Did you mean [deploy.${meant}]?`)
  }
}

/**
 * `[deploy] strategy` and `target`, and a scale that is a range; `forms`: what the app's builder makes. Throws `select.deployer.unknown`,
 * `select.deployer.refused` and `config.scale`.
 */
export async function checkDeployer(config: AppConfig, registry: Deployers, forms?: readonly ArtifactForm[]): Promise<void> {
  const { strategy = 'auto', target } = config.deploy
  if (strategy === 'auto' && target === undefined) return checkRanges(config, [])
  const deployers = await registry.deployers()
  const named = strategy === 'auto' ? deployers : deployers.filter(({ name }) => name === strategy)
  if (named.length === 0)
    throw unknown(
      config,
      'strategy',
      deployers.map(({ name }) => name),
    )
  const there = target === undefined ? named : named.filter(({ targets }) => targets === undefined || targets.includes(target))
  if (there.length === 0)
    throw unknown(
      config,
      'target',
      named.flatMap(({ targets = [] }) => targets),
    )
  if (target === undefined && there.every(({ onlyByTarget }) => onlyByTarget === true)) throw withoutTarget(config, there)
  checkRanges(config, there)
  if (forms === undefined || there.some((one) => takesForm(one, forms))) return
  throw refused(config, strategy === 'auto' ? 'target' : 'strategy', there, forms)
}

/** Asks the deployer that will take what the builder makes (`forms`) what is wrong with the app. Where several may, the artifact decides: nobody is asked. */
export async function checkUnbuilt(app: UnbuiltApp, registry: Deployers, forms: readonly ArtifactForm[]): Promise<void> {
  const { strategy = 'auto', target } = app.config
  const able = (await registry.deployers()).filter((one) => {
    const isNamed = strategy === one.name
    if (strategy !== 'auto' && !isNamed) return false
    if (target !== undefined && one.targets?.includes(target) === false) return false
    if (target === undefined && (one.onlyByTarget === true || (one.onlyByName === true && !isNamed))) return false
    return takesForm(one, forms)
  })
  if (able.length === 1) await able[0]?.check?.(app)
}

/** What `[deploy]`, `[port]`, `[healthcheck]` and `[[component]]` leave beside them. */
const notTables: readonly string[] = ['rollout', 'port', 'healthcheck', 'component']

async function checkTable(config: AppConfig, name: string, { keys, check }: DeployerOptions): Promise<void> {
  const table = config.deploy.options[name]
  const wrong = isObject(table) ? Object.keys(table).find((key) => !keys.includes(key)) : undefined
  if (wrong !== undefined) {
    const key = `deploy.${name}.${wrong}`
    const meant = nearestName(wrong, keys)
    const known = keys.length === 0 ? `Nothing can be written here: remove ${visible(wrong)}.` : `Known keys: ${keys.join(', ')}.`
    throw hop3Error('config.unknown-key', `${at(config, key)}unknown key ${visible(wrong)} in [deploy.${name}].`, {
      hint: meant === undefined ? known : `Did you mean \`${meant}\`? ${known}`,
      details: { key, known: keys },
    })
  }
  try {
    await check?.(config.deploy)
  } catch (error) {
    if (!isHop3Error(error)) throw error
    const { code, message, hint, details, cause } = error
    const key = typeof details['key'] === 'string' ? details['key'] : `deploy.${name}`
    throw hop3Error(code, `${at(config, key)}${message}`, { ...(hint !== undefined && { hint }), details, cause })
  }
}

function unknown(config: AppConfig, key: 'strategy' | 'target', known: readonly string[]): Error {
  const { strategy = 'auto' } = config.deploy
  const named = config.deploy[key] ?? ''
  const meant = nearestName(named, known)
  const there = known.length === 0 ? 'Remove the line.' : `There ${known.length === 1 ? 'is' : 'are'} ${known.join(', ')}.`
  const who = key === 'target' && strategy !== 'auto' ? `the deployer ${visible(strategy)} does not know` : 'no deployer here knows'
  return hop3Error('select.deployer.unknown', `${at(config, `deploy.${key}`)}[deploy] ${key} is ${visible(named)}, which ${who}.`, {
    hint: `${meant === undefined ? '' : `Did you mean "${meant}"? `}${there}`,
    details: { named, known },
  })
}

/** Who takes every app keeps a count that it is told. */
function checkRanges(config: AppConfig, deployers: readonly DeployerFactory[]): void {
  const [found] = Object.entries(config.deploy.mostInstances ?? {})
  if (found === undefined || deployers.some(({ scalesByItself }) => scalesByItself === true)) return
  const [worker, most] = found
  const least = config.deploy.scale[worker] ?? 1
  const asked = config.deploy.target ?? deployers[0]?.name
  const who = asked === undefined ? 'one host' : visible(asked)
  throw hop3Error(
    'config.scale',
    `${at(config, `deploy.scale.${worker}`)}the scale of ${visible(worker)} is the range "${least}..${most}", and ${who} keeps a count.`,
    { hint: `Write a number, such as ${worker} = ${least}, or target = "kubernetes" under [deploy].`, details: { worker, least, most } },
  )
}

function withoutTarget(config: AppConfig, deployers: readonly DeployerFactory[]): Error {
  const named = config.deploy.strategy ?? ''
  const [own = named] = deployers.flatMap(({ targets = [] }) => targets)
  return hop3Error(
    'select.deployer.refused',
    `${at(config, 'deploy.strategy')}[deploy] strategy is ${visible(named)}, which deploys only what has it for its target.`,
    { hint: `Write instead, under [deploy]: target = "${own}"`, details: { named } },
  )
}

function refused(
  config: AppConfig,
  key: 'strategy' | 'target',
  deployers: readonly DeployerFactory[],
  forms: readonly ArtifactForm[],
): Error {
  const named = config.deploy[key] ?? ''
  const taken = [...new Set(deployers.flatMap((one) => one.forms ?? []))]
  const line = lineFor(taken)
  return hop3Error(
    'select.deployer.refused',
    `${at(config, `deploy.${key}`)}[deploy] ${key} is ${visible(named)}, which takes ${namesOf(taken)}, and the app is built as ${namesOf(forms)}.`,
    {
      hint: `Remove the line to let Hop3 choose${line === undefined ? '' : `, or ${line}`}.`,
      details: { named, taken, forms },
    },
  )
}

function at({ origins }: AppConfig, key: string): string {
  return Object.hasOwn(origins, key) ? `${origins[key]}: ` : ''
}
