/** What of the operator's environment builds, tools and workers get. The rest of it, secrets included, stays with the operator. */

type Environment = Readonly<Record<string, string | undefined>>

const names = new Set([
  'PATH', 'HOME', 'USER', 'LOGNAME', 'LANG', 'LANGUAGE', 'TZ', 'TMPDIR', 'TERM',
  // Proxies.
  'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'no_proxy', 'all_proxy',
  // Certificates: hosts behind an inspecting proxy name their authority in one or the other.
  'SSL_CERT_FILE', 'SSL_CERT_DIR', 'NODE_EXTRA_CA_CERTS', 'PIP_CERT', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE', 'GIT_SSL_CAINFO', 'NIX_SSL_CERT_FILE', 'CARGO_HTTP_CAINFO',
  // Where packages come from.
  'npm_config_registry', 'NPM_CONFIG_REGISTRY', 'YARN_NPM_REGISTRY_SERVER', 'PIP_INDEX_URL', 'PIP_EXTRA_INDEX_URL', 'PIP_FIND_LINKS', 'PIP_TRUSTED_HOST',
  'PIP_DEFAULT_TIMEOUT', 'PIP_CONFIG_FILE', 'UV_INDEX_URL', 'UV_DEFAULT_INDEX', 'UV_INDEX', 'UV_EXTRA_INDEX_URL', 'GOPROXY', 'GOSUMDB', 'RUBYGEMS_HOST', 'BUNDLE_MIRROR__ALL',
  // Where version managers keep what their entries on PATH lead to.
  'PYENV_ROOT', 'NVM_DIR', 'VOLTA_HOME', 'ASDF_DIR', 'ASDF_DATA_DIR', 'MISE_DATA_DIR', 'RUSTUP_HOME', 'CARGO_HOME',
  'XDG_CACHE_HOME',
  // Which engine or cluster the operator means.
  'DOCKER_HOST', 'DOCKER_CONTEXT', 'DOCKER_CONFIG', 'DOCKER_TLS', 'DOCKER_TLS_VERIFY', 'DOCKER_CERT_PATH', 'DOCKER_BUILDKIT', 'XDG_RUNTIME_DIR', 'KUBECONFIG',
  // Which Nix store. Never NIX_PATH: builds do not depend on what is subscribed to.
  'NIX_STORE_DIR', 'NIX_STATE_DIR', 'NIX_LOG_DIR', 'NIX_LOCALSTATE_DIR', 'NIX_CONF_DIR', 'NIX_DATA_DIR', 'NIX_REMOTE',
  // How that one is logged in to, where it is on another host; and what time a build that shall be the same twice says it is.
  'SSH_AUTH_SOCK', 'SOURCE_DATE_EPOCH',
]) // prettier-ignore

const isLocale = (name: string): boolean => name.startsWith('LC_')

/** For builds and for the strategies' own tools. */
export function toolEnv(env: Environment): Readonly<Record<string, string>> {
  return Object.fromEntries(defined(env).filter(([name]) => names.has(name) || isLocale(name)))
}

const ofProviders = /^(?:(?:AWS|CLOUDSDK|AZURE|AAD)_\w+|GOOGLE_APPLICATION_CREDENTIALS)$/

/**
 * By which the programs of cloud providers that log in to clusters and registries know who asks: for those alone. They hold secrets, and what
 * `toolEnv` lets through reaches commands of apps.
 */
export function loginEnv(env: Environment): Readonly<Record<string, string>> {
  return Object.fromEntries(defined(env).filter(([name]) => ofProviders.test(name)))
}

/** The fixed part of every worker's environment. */
export function baseEnv(env: Environment): Readonly<Record<string, string>> {
  const of = (name: string, otherwise: string): string => env[name] ?? otherwise
  return {
    HOME: of('HOME', '/'),
    USER: of('USER', of('LOGNAME', 'hop3')),
    LANG: of('LC_ALL', of('LANG', 'C.UTF-8')),
    PATH: of('PATH', '/usr/local/bin:/usr/bin:/bin'),
    ...(env['TZ'] === undefined ? {} : { TZ: env['TZ'] }),
  }
}

function defined(env: Environment): readonly (readonly [string, string])[] {
  return Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]))
}
