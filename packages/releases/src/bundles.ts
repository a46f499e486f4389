/** Carrying a release to another host, in an entry of its own (`@hop3/releases/bundles`): it brings zod and tar-stream. */
export { exportBundle } from './bundle/export-bundle.ts'
export type { ExportedBundle, ExportRequest } from './bundle/export-bundle.ts'
export { checkBundle, importBundle } from './bundle/import-bundle.ts'
export type { CheckedBundle, CheckOptions, ImportHost } from './bundle/import-bundle.ts'
export type { BundleManifest, Need } from './bundle/manifest.ts'
export type { NeedsHost } from './bundle/meet-needs.ts'
export type { Unpacked } from './bundle/unpack-bundle.ts'
