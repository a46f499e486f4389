/** Writing whole files, in an entry of its own (`@hop3/core/files`) for processes that stay and want nothing else of core. */
export { isAbandonedWrite, syncDirectory, writeFileAtomic, writeNewFile } from './write-file-atomic.ts'
export type { WriteOptions } from './write-file-atomic.ts'
export { treeDigest } from './tree-digest.ts'
export type { TreeDigestOptions } from './tree-digest.ts'
export { secretDigest } from './secret-digest.ts'
