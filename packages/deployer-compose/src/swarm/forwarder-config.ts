/** What the forwarder does, as Caddy's configuration: pure. */

/** Where it listens in its container. */
export const forwarderPort = 8080

export const forwarderImage = 'caddy:2'

/** In an answer of the forwarder: nobody has been sent the request. */
export const unreachedHeader = 'hop3-unreached'

export interface Forwarding {
  readonly service: string
  /** Where the tasks listen. */
  readonly port: number
  /** Seconds to go on trying for a task that takes a connection. */
  readonly patience: number
  /** Addresses. */
  readonly proxies: readonly string[]
}

/**
 * Each request goes over a connection of its own to one of the tasks the swarm's name server knows at that moment. It leaves a task out two
 * seconds before it asks it to end. A task that takes no connection has been sent nothing: the next one is tried. What a request says of its client is true when it comes from
 * one of `proxies`; the app's own tasks and services reach the forwarder, too, and could say anything.
 */
export function forwarderConfig({ service, port, patience, proxies }: Forwarding): string {
  return JSON.stringify({
    admin: { disabled: true },
    logging: { logs: { default: { level: 'ERROR' } } },
    apps: {
      http: {
        servers: {
          app: {
            listen: [`:${forwarderPort}`],
            automatic_https: { disable: true },
            protocols: ['h1'],
            routes: [{ handle: [handler({ service, port, patience, proxies })] }],
            errors: { routes: [unreached] },
          },
        },
      },
    },
  })
}

/** A task that took the connection and closed it has been reached. */
const unreached = {
  match: [{ vars_regexp: { '{http.error.message}': { pattern: '^(?:dial |no upstreams available)' } } }],
  handle: [{ handler: 'static_response', status_code: '{http.error.status_code}', headers: { [unreachedHeader]: ['true'] } }],
}

function handler({ service, port, patience, proxies }: Forwarding): object {
  return {
    handler: 'reverse_proxy',
    dynamic_upstreams: { source: 'a', name: `tasks.${service}`, port: String(port), refresh: '200ms' },
    load_balancing: { selection_policy: { policy: 'random' }, try_duration: `${patience}s`, try_interval: '50ms' },
    transport: { protocol: 'http', keep_alive: { enabled: false }, dial_timeout: '2s' },
    trusted_proxies: proxies,
    flush_interval: -1,
  }
}
