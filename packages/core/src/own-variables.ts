/** The `HOP3_…` variables that are Hop3's own: of the command, or set for every worker. Any other `HOP3_…` says how to build an app. */
const own: ReadonlySet<string> = new Set(
  'HOME RUN LISTEN PROXY KEEP ACCESS_LOG REQUIRE RELEASE DATA SOCKET INSTANCE EMPEROR OPERATION'.split(' ').map((name) => `HOP3_${name}`),
)

/** True for a variable of Hop3 itself, which no app, operator or plan can set for a worker or a build. */
export function isOwnVariable(name: string): boolean {
  return own.has(name) || name === 'HOP3_'
}

/**
 * True for a variable that says how to build an app (`HOP3_BUILD_CMD`, `NIXPACKS_NODE_VERSION`). Its value is shown wherever plans are, so
 * it is not treated as a secret.
 */
export function isPlanVariable(name: string): boolean {
  return (name.startsWith('HOP3_') || name.startsWith('NIXPACKS_')) && !isOwnVariable(name)
}
