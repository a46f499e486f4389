/** The first part, or two parts, of an error's code → the exit code. The longest match counts. */
export const exitCodes: Readonly<Record<string, number>> = {
  internal: 1,
  usage: 2,
  config: 10,
  'select.builder': 20,
  build: 30,
  'select.deployer': 40,
  'select.proxy': 40,
  deploy: 50,
  // An artifact that cannot be read stops a deploy like one that cannot be run.
  artifact: 50,
  health: 51,
  lock: 55,
  plugin: 60,
  // What the host lacks passes once someone has mended it: the same command then works.
  environment: 75,
  retry: 75,
}

/** What a shell expects of a program that a signal ended. */
export const signalExitCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const

export function exitCodeOf(errorCode: string): number {
  const [area = '', kind = ''] = errorCode.split('.')
  return exitCodes[`${area}.${kind}`] ?? exitCodes[area] ?? 1
}
