/**
 * Generated apps through every parser of the planner and every toolchain: an answer or a `Hop3Error`, at once. `HOP3_FUZZ=1000000` makes as
 * many; `HOP3_FUZZ_SEED=123` begins with that one.
 */
import { posix } from 'node:path'
import { isHop3Error, silentLog, type ToolchainPlan } from '@hop3/core'
import { planApp, readAppConfig } from '@hop3/planner'
import { threadTime } from '@hop3/testing'
import { expect, test } from 'vitest'
import plugin from '../../src/index.ts'
import { readCorpus } from './corpus.ts'
import { hostileSource } from './hostile-source.ts'
import { randomOf } from './random.ts'

const runs = Number(process.env['HOP3_FUZZ'] ?? 20_000)
const firstSeed = Number(process.env['HOP3_FUZZ_SEED'] ?? 1)
const toolchains = plugin.toolchains ?? []
const corpus = readCorpus()
/** Milliseconds. */
const limit = 100

type Outcome = 'answered' | 'refused'

interface Input {
  readonly text: string
  readonly run: () => Promise<unknown>
}

/** Which of the roads the seed takes decides the number alone, so that a finding is made again by it. */
function inputOf(seed: number): Input {
  const random = randomOf(seed)
  const { view: source, files } = hostileSource(corpus, random)
  const road = random.below(10)
  const sourcePath = '/nowhere'
  const shown = (): string => [...files].map(([path, content]) => `${path}: ${JSON.stringify(content.slice(0, 600))}`).join('\n')
  const input = (run: () => Promise<unknown>): Input => ({
    run,
    get text() {
      return shown()
    },
  })
  if (road < 4) return input(() => readAppConfig({ sourcePath, source }))
  if (road < 9) {
    const factory = toolchains[random.below(toolchains.length)]
    return input(async () => {
      const context = {
        appName: 'shop',
        source,
        root: random.pick(['', '', 'apps/api']),
        options: undefined,
        versions: {},
        named: random.chance(0.5),
        log: silentLog,
      }
      const toolchain = factory?.create(context)
      const { accepted } = (await toolchain?.accept()) ?? { accepted: false }
      if (!accepted && !context.named) return
      checkPaths(await toolchain?.plan())
    })
  }
  return input(async () => {
    const config = await readAppConfig({ sourcePath, source })
    return planApp({ appName: 'shop', sourcePath, config, toolchains, log: silentLog, source })
  })
}

/** What a build makes or an install reads lies in the app. */
function checkPaths(plan: ToolchainPlan | undefined): void {
  const phases = Object.values(plan?.phases ?? {})
  const paths = phases.flatMap(({ outputs, onlyIncludeFiles, paths: found }) => [
    ...(outputs ?? []),
    ...(onlyIncludeFiles ?? []),
    ...(found ?? []),
  ])
  const outside = [...paths, ...(plan?.runtime.pathPrepend ?? []), ...Object.values(plan?.runtime.envPaths ?? {})].filter((path) =>
    /^(?:\/|\.\.(?:\/|$))/.test(posix.normalize(path)),
  )
  if (outside.length > 0) throw new Error(`The plan of ${plan?.kind} names ${outside.map((path) => path.slice(0, 80)).join(', ')}.`)
}

async function outcomeOf({ run }: Input): Promise<Outcome> {
  try {
    await run()
    return 'answered'
  } catch (error) {
    if (!isHop3Error(error) || /^(?:internal|plugin)\b/.test(error.code)) throw error
    if (/\bundefined\b|\[object|Invalid input/.test(error.message)) throw error
    return 'refused'
  }
}

async function milliseconds(seed: number): Promise<number> {
  const input = inputOf(seed)
  return threadTime(() => outcomeOf(input))
}

/** Collecting garbage and compiling take their time once; a hang takes it each time. */
async function leastMilliseconds(seed: number): Promise<number> {
  return Math.min(await milliseconds(seed), await milliseconds(seed), await milliseconds(seed))
}

test(`${runs} generated apps are planned, or refused with a Hop3Error, each in less than ${limit} ms`, { timeout: 3_600_000 }, async () => {
  const outcomes = { answered: 0, refused: 0 }
  const findings: string[] = []
  for (let seed = firstSeed; seed < firstSeed + runs && findings.length < 10; seed++) {
    const input = inputOf(seed)
    const started = performance.now()
    try {
      outcomes[await outcomeOf(input)]++
    } catch (error) {
      findings.push(`${seed}: ${error instanceof Error ? (error.stack ?? error.message).slice(0, 900) : String(error)}\n${input.text}`)
    }
    const took = performance.now() - started
    if (took > limit && (await leastMilliseconds(seed)) > limit) findings.push(`${seed}: took ${Math.round(took)} ms\n${input.text}`)
  }
  expect(findings.join('\n\n')).toBe('')
  // Inputs that all have the same end prove nothing.
  expect(Math.min(outcomes.answered, outcomes.refused)).toBeGreaterThanOrEqual(Math.floor(runs / 50))
})
