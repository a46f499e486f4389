import { hop3Error, visible } from '@hop3/core'
import { join, resolve } from 'node:path'

type Environment = Readonly<Record<string, string | undefined>>

export interface HomePaths {
  readonly path: string
  /** Absent: where the home itself decides. */
  readonly runPath?: string
}

/** `$HOP3_HOME` and `$HOP3_RUN`, or what stands for them: see `hop3 doctor`. */
export function homePaths(env: Environment, cwd: string, isRoot: boolean): HomePaths {
  const run = env['HOP3_RUN'] ? { runPath: resolve(cwd, env['HOP3_RUN']) } : {}
  if (env['HOP3_HOME']) return { path: resolve(cwd, env['HOP3_HOME']), ...run }
  if (isRoot) return { path: '/var/lib/hop3', ...run }
  const data = env['XDG_DATA_HOME'] || (env['HOME'] && join(env['HOME'], '.local/share'))
  if (!data)
    throw hop3Error('environment.home', 'Neither HOP3_HOME nor HOME is set, so there is no place for apps.', {
      hint: 'Set HOP3_HOME to a directory of yours.',
    })
  // Only the default home uses the one runtime directory of a user: two homes in it would take each other's sockets.
  const runtime = env['XDG_RUNTIME_DIR'] ? { runPath: join(env['XDG_RUNTIME_DIR'], 'hop3') } : {}
  return { path: join(data, 'hop3'), ...runtime, ...run }
}

/** Where the proxy answers when nobody has ever said it. */
export const defaultListen = { address: '127.0.0.1', port: 8080 } as const

/** `HOP3_LISTEN`: `127.0.0.1:8080`, `:8080` or `8080`. Undefined when it is not set. Throws `config.listen`. */
export function listenAddress(
  text: string | undefined,
  called = 'HOP3_LISTEN',
): { readonly address: string; readonly port: number } | undefined {
  if (!text) return undefined
  const found = /^(?:(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]*):)?(\d{1,5})$/.exec(text)
  const port = Number(found?.[2])
  if (found === null || port < 1 || port > 65_535)
    throw hop3Error('config.listen', `${called} is ${visible(text)}, which is no address and port.`, {
      hint: 'Write it as 127.0.0.1:8080.',
    })
  return { address: found[1]?.replace(/^\[|\]$/g, '') || '127.0.0.1', port }
}
