/** What the forwarder does, as Caddy's configuration: pure. */

/** Where it listens in its container. */
export const forwarderPort = 8080

export const forwarderImage = 'caddy:2'

/**
 * Each request goes over a connection of its own to one of the tasks the swarm's name server knows at that moment. It leaves a task out two
 * seconds before it asks it to end. A task that takes no connection has been sent nothing: the next one is tried.
 */
export function forwarderConfig(service: string, port: number, patience: number): string {
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
            routes: [{ handle: [handler(service, port, patience)] }],
          },
        },
      },
    },
  })
}

function handler(service: string, port: number, patience: number): object {
  return {
    handler: 'reverse_proxy',
    dynamic_upstreams: { source: 'a', name: `tasks.${service}`, port: String(port), refresh: '200ms' },
    load_balancing: { selection_policy: { policy: 'random' }, try_duration: `${patience}s`, try_interval: '50ms' },
    transport: { protocol: 'http', keep_alive: { enabled: false }, dial_timeout: '2s' },
    // Nobody but this host reaches it: what the proxy in front of it says about the client is true.
    trusted_proxies: ['0.0.0.0/0', '::/0'],
    flush_interval: -1,
  }
}
