/** What `[deploy.uwsgi]` of hop3.toml may hold, as a JSON Schema: what is checked, and what the reference page says. */
export const optionsSchema = {
  properties: {
    /** Requests one process answers at a time. Many threads, because an app that waits for a database is idle. */
    threads: { type: 'integer', minimum: 1, maximum: 256, default: 32 },
    /** Processes of each instance of a native worker. One more is for an app that computes. */
    processes: { type: 'integer', minimum: 1, maximum: 64, default: 1 },
  },
} as const
