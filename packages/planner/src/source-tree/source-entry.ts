/** One thing of the source that goes into a release. Paths are relative to the source, with `/`. */
export type SourceEntry = SourceFile | SourceDirectory | SourceLink

export interface SourceFile {
  readonly kind: 'file'
  readonly path: string
  /** Permission bits. */
  readonly mode: number
  readonly size: number
  readonly mtimeNs: bigint
  /** Changes whenever the content may have: size, mtime, ctime and inode. */
  readonly stamp: string
  /** Which file it is: device and inode. */
  readonly identity: string
  /** SHA-256 of the content, hex. */
  readonly hash: string
}

export interface SourceDirectory {
  readonly kind: 'directory'
  readonly path: string
  readonly mode: number
}

export interface SourceLink {
  readonly kind: 'link'
  readonly path: string
  /** As it will be in the release: relative, and inside the app. */
  readonly target: string
}
