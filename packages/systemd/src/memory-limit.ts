import { hop3Error, visible, type DeployConfig } from '@hop3/core'
import { isObject } from '@hop3/core/json'

/** `MemoryMax=` of a worker, from `memory-limit` of its `[[component]]`: the key that limits its containers. Throws `config.deploy.systemd`. */
export function memoryLimit({ options }: Pick<DeployConfig, 'options'>, worker: string): string | undefined {
  const components = options['component']
  const own = isObject(components) && Object.hasOwn(components, worker) ? components[worker] : undefined
  const written = isObject(own) ? own['memory-limit'] : undefined
  if (written === undefined) return undefined
  // As Kubernetes and people write it, too: 512M, 512Mi, 512MB.
  const [, number, unit = ''] = (typeof written === 'string' && /^\s*([1-9][0-9]*)(?:([kmg])i?)?b?\s*$/i.exec(written)) || []
  if (number !== undefined) return `${number}${unit.toUpperCase()}`
  throw hop3Error('config.deploy.systemd', `memory-limit of component ${worker} is ${visible(JSON.stringify(written))}, not a size.`, {
    hint: 'Write for example: memory-limit = "512m"',
  })
}
