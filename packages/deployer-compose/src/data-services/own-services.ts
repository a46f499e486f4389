/** What the app's compose file says of the app itself, which Hop3 builds and runs without it: pure. */
import { isObject } from '@hop3/core/json'
import type { ComposeFile } from './compose-file.ts'

/** Nobody misses them: Hop3 does as much, or they are about Compose. */
const unmissed: readonly string[] = [
  'build', 'image', 'container_name', 'restart', 'depends_on', 'networks', 'links', 'external_links', 'pull_policy', 'develop', 'attach', 'annotations', 'init', 'tty', 'stdin_open', 'logging', 'platform',
] // prettier-ignore

/** A sentence for each service that is built and whose keys are not used, with their lines and where to say it instead. */
export function unusedKeys(file: ComposeFile, appName: string): readonly string[] {
  const all = file.value['services']
  if (!isObject(all)) return []
  return Object.entries(all).flatMap(([name, service]) => {
    if (!isObject(service) || (service['build'] ?? null) === null || service['profiles'] !== undefined) return []
    const keys = Object.keys(service).filter((key) => (service[key] ?? null) !== null && !unmissed.includes(key) && !key.startsWith('x-'))
    if (keys.length === 0) return []
    const unused = keys.map((key) => sentenceOf(key, file.keyOriginOf(['services', name, key]), appName))
    return [
      `${file.keyOriginOf(['services', name])}: ${name} is the app, which Hop3 runs without this file. Not used of it: ${unused.join('; ')}.`,
    ]
  })
}

function sentenceOf(key: string, origin: string, appName: string): string {
  const line = /:(\d+):\d+$/.exec(origin)?.[1] ?? ''
  const instead = insteadOf(key, appName)
  return `${key} in line ${line}${instead === undefined ? '' : ` (instead: ${instead})`}`
}

function insteadOf(key: string, appName: string): string | undefined {
  switch (key) {
    case 'environment':
    case 'env_file':
      return `\`hop3 env set ${appName} NAME=…\`, or [env] in hop3.toml`
    case 'command':
    case 'entrypoint':
      return '`web: …` in Procfile'
    case 'volumes':
      return '[[volumes]] in hop3.toml'
    case 'healthcheck':
      return '`healthcheck` under [run] in hop3.toml'
    case 'deploy':
    case 'scale':
    case 'mem_limit':
    case 'cpus':
      return '`scale` under [deploy], `memory` and `cpus` under [deploy.compose] in hop3.toml'
    case 'stop_grace_period':
      return '`stop-timeout` under [deploy] in hop3.toml'
    case 'secrets':
      return '`secrets` under [deploy.compose] in hop3.toml'
    case 'ports':
    case 'expose':
      return 'listen on $PORT, to which the proxy leads'
    case 'user':
    case 'working_dir':
    case 'stop_signal':
      return 'the Dockerfile'
    default:
      return undefined
  }
}
