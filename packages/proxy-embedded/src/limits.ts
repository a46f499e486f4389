/** How long and how large anything may be before the proxy gives up on it. Milliseconds and bytes. */
export interface Limits {
  /** A client's request head, from the first byte of the connection or of the next request. */
  readonly headersTimeout: number
  /** Between two pieces of a request body, while the upstream is ready to take them. */
  readonly bodyIdleTimeout: number
  /** A whole request with its body. */
  readonly requestTimeout: number
  /** A client's connection between two requests. */
  readonly keepAliveTimeout: number
  /** A response that the client does not read on. */
  readonly sendIdleTimeout: number
  readonly maxHeaderSize: number
  readonly connectTimeout: number
  /** How long a request waits for an upstream that refuses connections, asking again after each pause: one that died is started again. */
  readonly restartPatience: number
  readonly restartPause: number
  /** How long a verification waits for an upstream to take a connection before it counts as busy. */
  readonly probeTimeout: number
  /** From the end of the request to the head of the response. Bodies may pause as long as they like: server-sent events do. */
  readonly responseTimeout: number
  /** An upstream's connection between two requests: below the 5 s after which many servers close theirs. */
  readonly upstreamIdleTimeout: number
  readonly maxIdleUpstreamConnections: number
  /** How long a switch waits for requests that are just being sent to the old upstreams: after it those may stop to listen. */
  readonly switchTimeout: number
  /** From a switch to the end of the event streams and WebSockets it leaves behind: they would last for ever, and a switch that fails is taken back. */
  readonly streamGrace: number
  /** What is left of a WebSocket that was told to end. */
  readonly closeTimeout: number
  /** Requests under way when the server ends or is replaced. */
  readonly drainTimeout: number
  /** The same on `stop`: somebody waits. */
  readonly stopTimeout: number
}

export const defaultLimits: Limits = {
  headersTimeout: 15_000,
  bodyIdleTimeout: 60_000,
  requestTimeout: 3_600_000,
  keepAliveTimeout: 65_000,
  sendIdleTimeout: 60_000,
  maxHeaderSize: 32_768,
  connectTimeout: 5_000,
  restartPatience: 3_000,
  restartPause: 50,
  probeTimeout: 1_000,
  responseTimeout: 120_000,
  upstreamIdleTimeout: 4_000,
  maxIdleUpstreamConnections: 64,
  switchTimeout: 250,
  streamGrace: 500,
  closeTimeout: 2_000,
  drainTimeout: 30_000,
  stopTimeout: 5_000,
}
