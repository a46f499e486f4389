/** Which package brings a program, and the error that says so. */
import { hop3Error, visible, type Hop3Error } from '@hop3/core'

const debian: Readonly<Record<string, string>> = {
  python3: 'python3 python3-venv',
  python: 'python3 python3-venv python-is-python3',
  pip: 'python3-pip',
  pip3: 'python3-pip',
  pipx: 'pipx',
  node: 'nodejs',
  npm: 'nodejs npm',
  npx: 'nodejs npm',
  ruby: 'ruby-full',
  gem: 'ruby-full',
  bundle: 'ruby-bundler',
  bundler: 'ruby-bundler',
  go: 'golang-go',
  cargo: 'cargo',
  rustc: 'rustc',
  java: 'default-jdk-headless',
  javac: 'default-jdk-headless',
  mvn: 'maven',
  gradle: 'gradle',
  lein: 'leiningen',
  dotnet: 'dotnet-sdk-8.0',
  php: 'php-cli',
  composer: 'composer',
  puma: 'puma',
  rackup: 'ruby-rack',
  elixir: 'elixir',
  mix: 'elixir',
  make: 'build-essential',
  gcc: 'build-essential',
  cc: 'build-essential',
  'g++': 'build-essential',
  cmake: 'cmake',
  git: 'git',
  hugo: 'hugo',
  jekyll: 'jekyll',
  curl: 'curl',
  unzip: 'unzip',
}
const python = ['uv', 'uvx', 'poetry', 'pdm', 'pipenv', 'hatch']
const node = ['pnpm', 'yarn', 'bun', 'deno']

/** Debian's package `clojure` is the language alone. */
export const clojureCli =
  'curl -fsSLO https://github.com/clojure/brew-install/releases/latest/download/linux-install.sh && sudo bash linux-install.sh'

/** The line that installs a program, or undefined for one nobody here has heard of. */
export function installLine(tool: string): string | undefined {
  if (python.includes(tool)) return `pip install ${tool === 'uvx' ? 'uv' : tool}`
  if (node.includes(tool)) return `npm install -g ${tool}`
  if (tool === 'clojure' || tool === 'clj') return clojureCli
  return debian[tool] === undefined ? undefined : `apt-get install ${debian[tool]}`
}

/** `build.tool-missing`. */
export function toolMissing(phase: string, command: string, tool: string): Hop3Error {
  const line = installLine(tool)
  return hop3Error('build.tool-missing', `Phase ${phase} runs ${visible(command)}, but there is no ${visible(tool)} on PATH.`, {
    hint: line === undefined ? `Install ${tool}, or add its directory to PATH.` : `Install it: \`${line}\`.`,
    details: { phase, command, tool, ...(line === undefined ? {} : { install: line }) },
    class: 'environment',
  })
}
