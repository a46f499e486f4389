/** The name of an image in a registry, taken apart as the docker program does it. */
export interface Reference {
  /** The registry's host, with its port: `docker.io` where the name has none. */
  readonly registry: string
  /** The name as it is written, without tag and digest. */
  readonly name: string
  readonly tag?: string
  readonly digest?: string
}

/** Undefined for what is no name of an image. */
export function parseReference(written: string): Reference | undefined {
  const match = /^(.+?)(?::([A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(written)
  const name = match?.[1] ?? ''
  const [first = '', ...rest] = name.split('/')
  const hasHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase())
  const path = hasHost ? rest : [first, ...rest]
  if (hasHost && !/^(?:[A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\])(?::\d+)?$/.test(first)) return undefined
  if (!path.every((part) => /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/.test(part))) return undefined
  const [, , tag, digest] = match ?? []
  return {
    registry: hasHost ? first : 'docker.io',
    name,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  }
}
