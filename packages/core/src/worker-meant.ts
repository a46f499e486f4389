/** The whole file is about one question: which worker does a name mean, whatever its builder calls it? */
import { own } from './own.ts'

type Workers = Readonly<Record<string, string>>
type Counts = Readonly<Record<string, number>>

/** A module is `wsgi` where uWSGI serves it, and `web` in an image, which brings a server of its own. An app has one of them. */
const answering: readonly string[] = ['web', 'wsgi']

/** `name`, and the other one of the worker that it means, where that has two. */
export function namesOfWorker(name: string): readonly string[] {
  return answering.includes(name) ? answering : [name]
}

/** The name that the worker has here; `name` itself where there is none. */
export function workerMeant(workers: Workers, name: string): string {
  return [name, ...namesOfWorker(name)].find((one) => Object.hasOwn(workers, one)) ?? name
}

/** `counts` by the names that workers have here. Where both names of one are said, its own holds. */
export function countsByWorker(workers: Workers, counts: Counts): Counts {
  const all = Object.entries(counts)
  if (all.every(([name]) => workerMeant(workers, name) === name)) return counts
  return Object.fromEntries(all.map(([name, count]) => [workerMeant(workers, name), own(counts, workerMeant(workers, name)) ?? count]))
}
