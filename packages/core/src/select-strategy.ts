/** Which strategy takes an app or an artifact: the named one, or the best of those that accept. Everyone is asked, so that a person can see why. */
import type { BuildArtifact } from './artifact.ts'
import { artifactForm } from './artifact-form.ts'
import type { Builder, BuildContext, Verdict } from './builder.ts'
import type { Deployer, DeploymentContext } from './deployer.ts'
import { hop3Error, isHop3Error } from './errors.ts'
import { visible } from './names.ts'
import { nearestName } from './nearest-name.ts'
import type { Proxy, ProxyContext } from './proxy.ts'
import type { Registry } from './registry.ts'
import { messageOf, strategyFailure } from './strategy-failure.ts'

/** One strategy's verdict, in registry order. */
export interface Considered {
  readonly name: string
  readonly specificity: 'declared' | 'inferred'
  readonly verdict: Verdict
}

export interface Selection<S> {
  readonly chosen: S
  readonly considered: readonly Considered[]
  /** Others of the same rank that accept too. */
  readonly tied: readonly string[]
}

/**
 * Throws `select.builder.none`, `select.builder.refused` or `select.builder.unknown`; each lists what every builder said. An app that has a
 * table for a builder asks for that one too: what is wrong with it (`config.*`) is thrown, whoever else would take the app. `isBrief`: where
 * the choice is clear before all have been asked, the others are not, nor are they among `considered`.
 */
export async function selectBuilder(
  registry: Registry,
  context: BuildContext,
  { isBrief = false }: { readonly isBrief?: boolean } = {},
): Promise<Selection<Builder>> {
  const { strategy, options: tables } = context.config.build
  const options = (await registry.builders()).map((factory) => candidate(factory, () => factory.create(context)))
  const selection = choose(await (isBrief ? askAsNeeded(options, strategy, tables) : ask(options)), strategy, {
    role: 'builder',
    subject: `the app in ${context.sourcePath}`,
    key: '[build] strategy',
    origin: context.config.origins['build.strategy'],
    registry,
    tables,
  })
  announceTie(selection, context.log, '[build] strategy')
  return selection
}

/** Throws `select.deployer.none`, `select.deployer.refused` or `select.deployer.unknown`. */
export async function selectDeployer(
  registry: Registry,
  context: DeploymentContext,
  artifact: BuildArtifact,
): Promise<Selection<Deployer>> {
  const options = (await registry.deployers()).map((factory) => candidate(factory, () => factory.create(context, artifact)))
  const selection = choose(await ask(options), context.config.strategy, {
    role: 'deployer',
    subject: `a ${artifactForm(artifact)} artifact (kind "${artifact.kind}")`,
    key: '[deploy] strategy',
    origin: context.config.origins?.['strategy'],
    registry,
  })
  announceTie(selection, context.log, '[deploy] strategy')
  return selection
}

/** The host's proxy: the named one, else the first that accepts of those that need no naming. Throws `select.proxy.*`. */
export async function selectProxy(registry: Registry, context: ProxyContext, named: string | undefined): Promise<Selection<Proxy>> {
  const isNamed = named !== undefined && named !== 'auto'
  const options = (await registry.proxies())
    .filter((factory) => isNamed || factory.onlyByName !== true)
    .map((factory) => candidate({ name: factory.name, specificity: 'inferred' }, () => factory.create(context)))
  return choose(await ask(options), named, {
    role: 'proxy',
    subject: 'this host',
    key: '`hop3 proxy use` or HOP3_PROXY',
    origin: undefined,
    registry,
  })
}

interface Option<S> {
  readonly name: string
  readonly specificity: 'declared' | 'inferred'
  readonly create: () => S
}

interface Asked<S> extends Option<S> {
  readonly verdict: Verdict
  /** Of one that accepts. */
  readonly strategy?: S
  readonly failure?: unknown
}

interface Question {
  readonly role: 'builder' | 'deployer' | 'proxy'
  readonly subject: string
  readonly key: string
  readonly origin: string | undefined
  readonly registry: Registry
  /** What the app wrote for strategies, by their names. */
  readonly tables?: Tables
}

type Tables = Readonly<Record<string, unknown>>

function candidate<S>(factory: { readonly name: string; readonly specificity: 'declared' | 'inferred' }, create: () => S): Option<S> {
  return { name: factory.name, specificity: factory.specificity, create }
}

/** A throwing `create` or `accept` is a no with its reason; it is only fatal for the strategy that was asked for by name. */
async function ask<S extends { accept(): Promise<Verdict> }>(options: readonly Option<S>[]): Promise<readonly Asked<S>[]> {
  return Promise.all(
    options.map(async (option) => {
      try {
        const strategy = option.create()
        const verdict = await strategy.accept()
        return { ...option, verdict, ...(verdict.accepted && { strategy }) }
      } catch (failure) {
        return { ...option, verdict: { accepted: false, reason: messageOf(failure) }, failure }
      }
    }),
  )
}

/** First the one that is named, or those an app says itself that it is for, by a file or a table; all where none of these takes it, because an error names everyone. */
async function askAsNeeded<S extends { accept(): Promise<Verdict> }>(
  options: readonly Option<S>[],
  named: string | undefined,
  tables: Tables,
): Promise<readonly Asked<S>[]> {
  const isNamed = named !== undefined && named !== 'auto'
  const isFirst = ({ name, specificity }: Option<S>): boolean =>
    isNamed ? name === named : specificity === 'declared' || Object.hasOwn(tables, name)
  const first = await ask(options.filter(isFirst))
  // One that only has a table may tie with others, who are told apart by their order.
  if (first.some(({ strategy, specificity }) => strategy !== undefined && (isNamed || specificity === 'declared'))) return first
  const asked = [...first, ...(await ask(options.filter((one) => !isFirst(one))))]
  return options.flatMap(({ name }) => asked.filter((one) => one.name === name))
}

function choose<S>(asked: readonly Asked<S>[], named: string | undefined, question: Question): Selection<S> {
  const considered = asked.map(({ name, specificity, verdict }) => ({ name, specificity, verdict }))
  if (named !== undefined && named !== 'auto') {
    return { chosen: byName(asked, named, question, considered), considered, tied: [] }
  }
  const wrong = asked.find(({ name, failure }) => isWrongConfig(failure) && Object.hasOwn(question.tables ?? {}, name))
  if (wrong !== undefined) throw failureOf(wrong, question)
  const accepted = asked.flatMap(({ name, specificity, strategy }) => (strategy === undefined ? [] : [{ name, specificity, strategy }]))
  const declared = accepted.filter((one) => one.specificity === 'declared')
  const [first, ...others] = declared.length > 0 ? declared : accepted
  if (first === undefined) throw noneAccepts(asked, considered, question)
  return { chosen: first.strategy, considered, tied: others.map((one) => one.name) }
}

function isWrongConfig(failure: unknown): boolean {
  return isHop3Error(failure) && failure.code.startsWith('config.')
}

function byName<S>(asked: readonly Asked<S>[], named: string, question: Question, considered: readonly Considered[]): S {
  const found = asked.find((one) => one.name === named)
  const where = question.origin === undefined ? question.key : `${question.origin}: ${question.key}`
  if (found === undefined) {
    const names = asked.map((one) => one.name)
    const meant = nearestName(named, names)
    const broken = question.registry.ignored().find((one) => one.name.includes(named))
    const seen = broken ? `; ${broken.name} was ignored (${broken.stage}: ${broken.error})` : ''
    throw hop3Error(
      `select.${question.role}.unknown`,
      `${where} asks for ${visible(named)}, but there is no such ${question.role}${seen}.`,
      {
        hint: `${meant === undefined ? '' : `Did you mean "${meant}"? `}Use one of ${names.join(', ') || 'none: no strategy is installed'}, or install the package that offers it. \`hop3 plugins\` lists what was found.`,
        details: { named, considered },
      },
    )
  }
  if (found.failure !== undefined) throw failureOf(found, question)
  if (found.strategy !== undefined) return found.strategy
  throw hop3Error(
    `select.${question.role}.refused`,
    `${where} asks for ${visible(named)}, which does not take ${question.subject}: ${found.verdict.reason}.`,
    {
      hint: `Remove the line to let Hop3 choose, or mend what the reason names.`,
      details: { named, considered },
    },
  )
}

function noneAccepts<S>(asked: readonly Asked<S>[], considered: readonly Considered[], question: Question): unknown {
  // A strategy that failed while looking (a contradiction in the app, an unreadable file) says more than "no".
  const failed = asked.find((one) => one.failure !== undefined)
  if (failed !== undefined) return failureOf(failed, question)
  const table = asked.map((one) => `\n  ${one.name}: ${one.verdict.reason}`).join('')
  return hop3Error(`select.${question.role}.none`, `No ${question.role} takes ${question.subject}.${table}`, {
    hint: noneHint[question.role],
    details: { considered },
  })
}

function failureOf<S>({ name, failure }: Asked<S>, { role, subject }: Question): unknown {
  return strategyFailure(failure, `The ${role} ${name}`, `looked at ${subject}`)
}

const noneHint = {
  builder: 'Add what one of them looks for, or a Procfile with a line such as `web: ./start-my-app`. `hop3 detect` shows every verdict.',
  deployer: 'Install a deployer for this form of artifact (npm keyword hop3-deployer). `hop3 plugins` lists what was found.',
  proxy: 'Install a proxy (npm keyword hop3-proxy), or mend what the reasons name.',
} as const

function announceTie<S extends { readonly name: string }>(selection: Selection<S>, log: BuildContext['log'], key: string): void {
  if (selection.tied.length === 0) return
  log.warn(
    `${[selection.chosen.name, ...selection.tied].join(' and ')} accept equally; using ${selection.chosen.name}. Write ${key} = "${selection.chosen.name}" in hop3.toml to settle it.`,
  )
}
