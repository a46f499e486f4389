import type { Files } from './files.ts'

export interface FixturePackage {
  /** Keys of its package.json besides name, version, type and exports; they win. */
  readonly manifest?: Readonly<Record<string, unknown>>
  /** The text of its `index.js`. Default: a plugin with no strategy. Null: no such file. */
  readonly entry?: string | null
  /** Where it lies. Default: `node_modules/<name>`. */
  readonly at?: string
}

/** An installed package as files for `tempApp`: `tempApp({ 'package.json': …, ...fixturePackage('@acme/x', { … }) })`. */
export function fixturePackage(name: string, { manifest = {}, entry = emptyPlugin, at }: FixturePackage = {}): Files {
  const directory = at ?? `node_modules/${name}`
  const text = JSON.stringify({ name, version: '1.0.0', type: 'module', exports: './index.js', ...manifest })
  return { [`${directory}/package.json`]: text, ...(entry === null ? {} : { [`${directory}/index.js`]: entry }) }
}

const emptyPlugin = 'export default { protocol: 1 }\n'
