/** What `[deploy.compose]` of hop3.toml may hold, as a JSON Schema: which keys there are, and what the reference page says of them. */
export const optionsSchema = {
  properties: {
    memory: { type: 'string' },
    cpus: { anyOf: [{ type: 'number' }, { type: 'string' }] },
    secrets: { type: 'array', items: { type: 'string' } },
    volumes: { type: 'object', additionalProperties: { type: 'string' } },
    'log-size': { type: 'string', default: '10m' },
    services: { anyOf: [{ type: 'boolean' }, { type: 'array', items: { type: 'string' } }], default: true },
  },
} as const
