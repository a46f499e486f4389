import { hop3Error, type Hop3Error, type ProxyContext } from '@hop3/core'
import { serverPaths } from './server-paths.ts'

/** `deploy.proxy.start`, from what the new server, or whoever waited for it, `saw`. */
export function startFailed({ directories, listen }: Pick<ProxyContext, 'directories' | 'listen'>, saw: string): Hop3Error {
  const known = causes.find(({ code }) => code.test(saw))
  const seen = known?.seen(listen) ?? saw
  return hop3Error('deploy.proxy.start', `Cannot start the proxy: ${seen}.`, {
    hint: known?.hint ?? `Its log says more: tail ${serverPaths(directories).log}`,
    details: { ...listen },
    class: 'environment',
  })
}

interface Cause {
  readonly code: RegExp
  seen(listen: ProxyContext['listen']): string
  readonly hint: string
}

const causes: readonly Cause[] = [
  {
    code: /\bEADDRNOTAVAIL\b/,
    seen: ({ address, port }) => `HOP3_LISTEN is ${address}:${port}, and ${address} is no address of this host`,
    hint: '`hostname -I` lists the addresses of this host; 0.0.0.0 stands for all of them: export HOP3_LISTEN=0.0.0.0:8080',
  },
  {
    code: /\bEACCES\b/,
    seen: ({ address, port }) => `this user may not listen on ${address}:${port}`,
    hint: 'Choose a port from 1024 on: export HOP3_LISTEN=127.0.0.1:8080. Or let users have lower ones: sysctl net.ipv4.ip_unprivileged_port_start=80',
  },
  {
    code: /\b(?:ENOTFOUND|EAI_AGAIN)\b/,
    seen: ({ address, port }) => `HOP3_LISTEN is ${address}:${port}, and nobody knows an address of ${address}`,
    hint: 'Write an address of this host: export HOP3_LISTEN=127.0.0.1:8080',
  },
]
