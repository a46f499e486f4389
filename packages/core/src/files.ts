/** Writing whole files, in an entry of its own (`@hop3/core/files`) for processes that stay and want nothing else of core. */
export { isAbandonedWrite, syncDirectory, writeFileAtomic, writeNewFile } from './write-file-atomic.ts'
export type { WriteOptions } from './write-file-atomic.ts'
export { pathForms, treeDigest } from './tree-digest.ts'
export type { TreeDigestOptions } from './tree-digest.ts'
export { contentDigest, digestOfEntries, mostInMemory } from './tree-line.ts'
export type { TreeEntry, TreePlace } from './tree-line.ts'
export { secretDigest } from './secret-digest.ts'
export { orElse, systemCode } from './system-error.ts'
