/** Names of nixpkgs for what a toolchain found out. */
import type { NixOptions } from '../options.ts'
import type { ToolchainFacts } from './facts.ts'
import type { TemplateName } from './template-names.ts'

interface Tool {
  /** The key of `[nix]` that names a package, which holds whatever the app asks for. */
  readonly key: keyof NixOptions
  /** What a template takes where nobody asks for one version. */
  readonly usual: string
  /** How many parts of a version the name has, and the name. nixpkgs has the newest release of each. */
  readonly parts: number
  readonly name: (parts: readonly string[]) => string
}

const tools = {
  node: { key: 'node-package', usual: 'nodejs', parts: 1, name: ([major]) => `nodejs_${major}` },
  java: { key: 'jdk-package', usual: 'jdk', parts: 1, name: ([major]) => `jdk${major}` },
  php: { key: 'php-version', usual: 'php', parts: 2, name: (parts) => `php${parts.join('')}` },
  ruby: { key: 'ruby-package', usual: 'ruby', parts: 2, name: (parts) => `ruby_${parts.join('_')}` },
  python: { key: 'python-package', usual: 'python3', parts: 2, name: (parts) => `python${parts.join('')}` },
  go: { key: 'go-package', usual: 'go', parts: 2, name: (parts) => `go_${parts.join('_')}` },
} as const satisfies Readonly<Record<string, Tool>>

type ToolName = keyof typeof tools

/** The package of the tool: as the configuration says, else as the app asks, else the usual one. */
export function toolPackage(tool: ToolName, options: NixOptions, facts: ToolchainFacts): string {
  const { key, usual, name } = tools[tool]
  const configured = options[key]
  if (configured !== undefined) return tool === 'php' ? name(configured.split('.')) : configured
  return versionedPackage(tool, facts)?.name ?? usual
}

/** A sentence for each version that an app asks for and its template does not bring exactly. */
export function versionWarnings(template: TemplateName, options: NixOptions, facts: ToolchainFacts): readonly string[] {
  const tool = toolOf[template]
  const asked = tool === undefined ? undefined : facts.versions[tool]
  if (tool === undefined || asked === undefined || options[tools[tool].key] !== undefined) return []
  const found = versionedPackage(tool, facts)
  // A lower bound alone is what every newer one keeps.
  if (found?.isExact === true || /^>=?[\s\d.]+$/.test(asked.version)) return []
  const { key } = tools[tool]
  const saw = `${asked.origin} asks for ${tool} ${asked.version}, and the template ${template} takes ${found?.name ?? tools[tool].usual} of nixpkgs, whichever release that is.`
  return [`${saw} \`${key}\` of [nix] names another one.`]
}

const toolOf: Readonly<Partial<Record<TemplateName, ToolName>>> = {
  'node-prebuilt': 'node',
  'node-pnpm-install': 'node',
  'python-venv': 'python',
  'go-source': 'go',
  'php-app': 'php',
  'ruby-bundler': 'ruby',
  'java-gradle': 'java',
  'java-maven': 'java',
}

/** Undefined where the app asks for no one version, or for a range that no one name stands for: `^3.11` begins with the oldest that will do. */
function versionedPackage(tool: ToolName, { versions }: ToolchainFacts): { readonly name: string; readonly isExact: boolean } | undefined {
  const { parts: wanted, name }: Tool = tools[tool]
  const [, range, version = ''] = /^(\^|~[=>]?)?\s*v?(\d+(?:\.\d+)*)$/.exec(versions[tool]?.version.trim() ?? '') ?? []
  const parts = version === '' ? [] : version.split('.')
  // A series by its first number: of Python alone there is a package.
  const isSeries = tool === 'python' && parts.length === 1 && range === undefined
  const fixed = fixedParts(range, parts.length)
  if (fixed < wanted && !isSeries) return undefined
  return { name: name(parts.slice(0, wanted)), isExact: fixed <= wanted }
}

/** How many parts of the version every release that will do has in common. */
function fixedParts(range: string | undefined, written: number): number {
  if (range === '^') return 1
  if (range === '~') return Math.min(written, 2)
  return range === undefined ? written : written - 1
}

export function phpExtensions({ decisions }: ToolchainFacts): readonly string[] {
  return decisions['php.extensions']?.split(', ') ?? []
}
