/** The whole file is about one question: how many instances of each worker? */
import type { Deltas, Scale } from './deployer.ts'
import { hop3Error } from './errors.ts'
import { visible } from './names.ts'
import { own } from './own.ts'
import { countsByWorker, workerMeant } from './worker-meant.ts'

/** More of one worker on one host is a slip of the finger, not a plan. */
const largestCount = 200

/**
 * Instances of every worker: `scale` where it says something, else 1, plus `deltas`. Zero is allowed. A cron worker and a site have one
 * instance at most, or they would run twice. `web` and `wsgi` are one worker, whichever the builder has made of it. Throws `config.scale` for an
 * unknown worker, for one named twice, and for counts out of bounds.
 */
export function targetScale(workers: Readonly<Record<string, string>>, scale: Scale, deltas: Deltas = {}): Scale {
  const changes = toldCounts(workers, deltas)
  const counts = countsByWorker(workers, scale)
  return Object.fromEntries(
    instantiated(workers).map((name) => [name, checkCount(name, (own(counts, name) ?? 1) + (own(changes, name) ?? 0))]),
  )
}

/** Beside other workers `static` is directories the proxy serves, not an instance of anything. */
function instantiated(workers: Readonly<Record<string, string>>): readonly string[] {
  const names = Object.keys(workers).toSorted()
  return names.length > 1 ? names.filter((name) => name !== 'static') : names
}

/** The deltas that lead from `scale` to the counts in `to`. Throws as `targetScale`. */
export function deltasTo(workers: Readonly<Record<string, string>>, scale: Scale, to: Scale): Deltas {
  const counts = countsByWorker(workers, scale)
  const told = Object.entries(toldCounts(workers, to))
  return Object.fromEntries(told.map(([name, count]) => [name, checkCount(name, count) - (own(counts, name) ?? 1)]))
}

/**
 * The operator's scale after `deltas`: what was asked for before, without workers the app no longer has, plus the changed counts.
 * `appScale` is what the app's configuration wants where the operator said nothing.
 */
export function changedScale(workers: Readonly<Record<string, string>>, appScale: Scale, operatorScale: Scale, deltas: Deltas = {}): Scale {
  const said = Object.entries(countsByWorker(workers, operatorScale))
  const asked = Object.fromEntries(said.filter(([name]) => Object.hasOwn(workers, name)))
  const target = targetScale(workers, { ...countsByWorker(workers, appScale), ...asked }, deltas)
  return { ...asked, ...Object.fromEntries(Object.keys(toldCounts(workers, deltas)).map((name) => [name, target[name] ?? 1])) }
}

/** Whether only one instance of the worker makes sense. */
export function isSingular(worker: string): boolean {
  return worker === 'static' || worker.startsWith('cron')
}

/** What somebody says of workers now, by the names they have here: none is unknown, and none is said twice. */
function toldCounts(workers: Readonly<Record<string, string>>, counts: Scale): Scale {
  const names = Object.keys(counts)
  for (const name of names) checkKnown(workerMeant(workers, name), workers)
  const twice = names.find((name) => workerMeant(workers, name) !== name && Object.hasOwn(counts, workerMeant(workers, name)))
  if (twice === undefined) return countsByWorker(workers, counts)
  const meant = workerMeant(workers, twice)
  throw hop3Error('config.scale', `Cannot scale ${meant} and ${twice}: the app's ${meant} is both.`, {
    hint: `Say one number, of ${meant}.`,
    details: { worker: meant },
  })
}

function checkKnown(name: string, workers: Readonly<Record<string, string>>): void {
  if (Object.hasOwn(workers, name)) return
  throw hop3Error('config.scale', `Cannot scale ${visible(name)}: the app has no such worker.`, {
    hint: `Its workers are ${Object.keys(workers).toSorted().join(', ') || 'none'}.`,
    details: { worker: name },
  })
}

function checkCount(name: string, count: number): number {
  const most = isSingular(name) ? 1 : largestCount
  if (Number.isInteger(count) && count >= 0 && count <= most) return count
  throw hop3Error('config.scale', `Cannot run ${count} instances of ${visible(name)}.`, {
    hint: `Ask for a whole number from 0 to ${most}, for example 1: \`--to ${name}=1\`, or \`${name} = 1\` under [deploy.scale] in hop3.toml.`,
    details: { worker: name, count },
  })
}
