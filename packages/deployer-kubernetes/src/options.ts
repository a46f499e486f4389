/** What `[deploy.kubernetes]` of hop3.toml may hold, as a JSON Schema: which keys there are, and what the reference page says of them. */
export const optionsSchema = {
  properties: {
    context: { type: 'string' },
    namespace: { type: 'string' },
    service: { type: 'string', enum: ['ClusterIP', 'NodePort', 'LoadBalancer'], default: 'ClusterIP' },
    memory: { type: 'string' },
    cpus: { anyOf: [{ type: 'number' }, { type: 'string' }] },
    'memory-request': { type: 'string' },
    'cpu-request': { anyOf: [{ type: 'number' }, { type: 'string' }] },
    user: { type: 'integer', minimum: 0, maximum: 2 ** 31 - 1 },
    'read-only': { type: 'boolean', default: false },
    'drain-delay': { type: 'integer', minimum: 0, maximum: 120, default: 3 },
    'ingress-class': { type: 'string' },
    gateway: { type: 'string' },
    'tls-secret': { type: 'string' },
    data: { type: 'string' },
    'storage-class': { type: 'string' },
    'volume-size': { type: 'string', default: '1Gi' },
    'access-mode': { type: 'string', enum: ['ReadWriteOnce', 'ReadWriteMany'], default: 'ReadWriteOnce' },
    'pull-secret': { anyOf: [{ type: 'boolean' }, { type: 'string' }], default: false },
    'force-conflicts': { type: 'boolean', default: false },
  },
} as const
