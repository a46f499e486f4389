/** One thing a build may read. Paths are relative to the context, with `/`. */
export type ContextEntry = ContextFile | ContextDirectory | ContextLink

interface Common {
  readonly path: string
  /** Permission bits, with set-user-id, set-group-id and sticky. */
  readonly mode: number
  /** Nanoseconds since 1970. */
  readonly mtimeNs: bigint
}

export interface ContextFile extends Common {
  readonly kind: 'file'
  readonly size: number
  /** Where it lies, or what is in it when it lies nowhere. */
  readonly content: { readonly path: string; readonly stamp: string } | { readonly bytes: Buffer }
}

export interface ContextDirectory extends Common {
  readonly kind: 'directory'
}

export interface ContextLink extends Common {
  readonly kind: 'link'
  /** As it is written in the link. It is never followed. */
  readonly target: string
}

/** A file of a context that is not on the disk. */
export function virtualFile(path: string, text: string): ContextFile {
  const bytes = Buffer.from(text)
  return { kind: 'file', path, mode: 0o644, mtimeNs: 0n, size: bytes.length, content: { bytes } }
}
