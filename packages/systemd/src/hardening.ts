/** What a worker may not do, whatever it is made to: nothing an app of Hop3 is promised. */
import { listedPath } from './escape.ts'
import type { Settings } from './unit.ts'

const always = {
  NoNewPrivileges: 'yes',
  CapabilityBoundingSet: '',
  ProtectSystem: 'strict',
  PrivateDevices: 'yes',
  ProtectClock: 'yes',
  ProtectControlGroups: 'yes',
  ProtectHostname: 'yes',
  ProtectKernelLogs: 'yes',
  ProtectKernelModules: 'yes',
  ProtectKernelTunables: 'yes',
  ProtectProc: 'invisible',
  RestrictAddressFamilies: 'AF_UNIX AF_INET AF_INET6 AF_NETLINK',
  RestrictNamespaces: 'yes',
  RestrictRealtime: 'yes',
  RestrictSUIDSGID: 'yes',
  LockPersonality: 'yes',
  SystemCallArchitectures: 'native',
  SystemCallFilter: '@system-service',
  SystemCallErrorNumber: 'EPERM',
} as const

/** `reads` and `writes`: what the app needs of the host, absolute. A place that holds any of it is not hidden. */
export function hardening({ reads, writes }: { readonly reads: readonly string[]; readonly writes: readonly string[] }): Settings {
  const needed = [...reads, ...writes]
  const holds = (places: readonly string[]): boolean => needed.some((path) => places.some((place) => `${path}/`.startsWith(`${place}/`)))
  return {
    ...always,
    ProtectHome: holds(['/home', '/root', '/run/user']) ? 'read-only' : 'yes',
    PrivateTmp: holds(['/tmp', '/var/tmp']) ? 'no' : 'yes',
    ...(writes.length > 0 && { ReadWritePaths: writes.map(listedPath).join(' ') }),
  }
}
