import type { Run } from './command.ts'
import type { Host } from './host.ts'

/**
 * The host with every command of one operation marked in its environment, so that the next command on the app can end what a killed one
 * left running (`AppHome.endOrphans`). What is meant to outlive the operation (detached) or belongs to a person's terminal is not marked.
 */
export function markingHost(host: Host, appName: string, token: string): Host {
  const run: Run = (command) => {
    if (command.detached === true || command.stdio === 'inherit') return host.run(command)
    return host.run({ ...command, env: { ...command.env, HOP3_OPERATION: `${appName}@${token}` } })
  }
  return { ...host, run }
}
