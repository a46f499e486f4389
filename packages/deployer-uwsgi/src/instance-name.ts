/** The name of one instance: its vassal file, its directory and the mark in its processes' environment. */

export interface InstanceName {
  readonly app: string
  readonly worker: string
  /** From 1. */
  readonly ordinal: number
  readonly release: string
  readonly generation: number
}

/** No app, worker or release name can contain it. */
const delimiter = '@'

export function formatInstanceName({ app, worker, ordinal, release, generation }: InstanceName): string {
  return [app, worker, ordinal, release, generation].join(delimiter)
}

/** Undefined for anything `formatInstanceName` does not make. */
export function parseInstanceName(text: string): InstanceName | undefined {
  const [app, worker, ordinal, release, generation, ...rest] = text.split(delimiter)
  if (!app || !worker || !release || rest.length > 0 || !isCount(ordinal) || !isCount(generation)) return undefined
  return { app, worker, ordinal: Number(ordinal), release, generation: Number(generation) }
}

function isCount(text: string | undefined): text is string {
  return text !== undefined && /^\d{1,15}$/.test(text)
}
