import type { Host, ProxyContext } from '@hop3/core'

/** What a proxy is asked or told something with outside of a deploy. */
export function proxyContext({ home, listen, accessLog = false, toolEnv, log, run, signal, clock }: Host, phase: string): ProxyContext {
  return Object.freeze<ProxyContext>({
    directories: { home: home.path, run: home.runPath, logs: `${home.path}/logs` },
    listen,
    accessLog,
    env: toolEnv,
    log: log.child({ phase }),
    run,
    signal,
    clock,
  })
}
