/** In which sandbox builders run: what is asked for, what this host grants, and what can be said of it afterwards. */
import { hop3Error } from '@hop3/core'
import type { NixHost } from './nix-host.ts'
import type { NixSession } from './session.ts'

/** As nix.conf writes it: `relaxed` leaves out downloads and what asks to be left out. */
export type Sandbox = boolean | 'relaxed'

/** How Nix begins to say that it could not make a sandbox. 2.8 says no more than that it could not start. */
export const noNamespaces =
  /^(?:this system does not support the kernel namespaces|cannot (?:unshare|clone)|cloning builder process|setting up a private mount namespace|unable to start build process$)/

export function wantedSandbox({ options, host }: NixSession): Sandbox {
  const { sandbox } = options
  if (sandbox !== 'auto') return sandbox === 'require'
  const said = host().conf.get('sandbox')
  if (said === 'relaxed') return said
  return said === undefined ? process.platform === 'linux' : said !== 'false'
}

/** Of every run: an evaluation that is allowed to builds as well. */
export function buildSettings(session: NixSession, sandbox: Sandbox = wantedSandbox(session)): Readonly<Record<string, string | boolean>> {
  const { substitute } = session.options
  return { sandbox, 'sandbox-fallback': false, ...(substitute !== undefined && { substitute }) }
}

/** Throws `environment.nix-sandbox` where one is required, and a daemon that does not listen to this user decides of it. */
export function checkSandbox({ context, options, host }: NixSession): void {
  if (options.sandbox !== 'require' || !host().ignoresSettings || daemonSandbox(host()) === true) return
  throw hop3Error(
    'environment.nix-sandbox',
    `Cannot build ${context.appName} with Nix: a sandbox is required, and the Nix daemon lets no user who is not in \`trusted-users\` ask for one.`,
    {
      hint: 'Write `sandbox = true` and `sandbox-fallback = false` into the nix.conf of the daemon, or name this user under `trusted-users` there.',
      class: 'environment',
    },
  )
}

/** What the builders really had: null where nothing was built, or where nobody can know. */
export function grantedSandbox(host: NixHost, asked: Sandbox, builds: number): Sandbox | null {
  if (builds === 0) return null
  return host.ignoresSettings ? daemonSandbox(host) : asked
}

function daemonSandbox({ daemonConf }: NixHost): Sandbox | null {
  const said = daemonConf.get('sandbox')
  if (said === 'false') return false
  // Without that line it builds outside of a sandbox where it cannot make one.
  return said === 'true' && daemonConf.get('sandbox-fallback') === 'false' ? true : null
}
