/** A real sshd of one test, on loopback, with keys and a configuration of its own; and an ssh that knows it by name. Takes root and openssh-server. */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { userInfo } from 'node:os'
import { onTestFinished, vi } from 'vitest'
import { freePort } from './free-port.ts'

export interface OwnSshServer {
  /** Lets this user in. */
  readonly host: string
  /** Knows the user by another key, and lets nobody in. */
  readonly strangeHost: string
  /** Nobody listens there. */
  readonly deadHost: string
  /** In front of PATH: an `ssh` that knows these hosts. */
  readonly bin: string
}

const sshd = '/usr/sbin/sshd'

/** Vitest skips without; `HOP3_REQUIRE=all` makes that a failure, as everywhere. */
export function lacksSshServer(): boolean {
  return process.getuid?.() !== 0 || (process.env['HOP3_REQUIRE'] !== 'all' && !existsSync(sshd))
}

/** `env`: variables of what it starts. Ends with the test. */
export async function ownSshServer(env: Readonly<Record<string, string>> = {}): Promise<OwnSshServer> {
  // A key in a directory that others may write to is refused.
  const directory = mkdtempSync('/root/.hop3-sshd-')
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  const path = (name: string): string => join(directory, name)
  for (const key of ['host', 'user', 'stranger']) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path(key)])
  copyFileSync(path('user.pub'), path('authorized'))
  const [port, deadPort] = [await freePort(), await freePort()]
  const lines = [
    ['Port', port],
    ['ListenAddress', '127.0.0.1'],
    ['HostKey', path('host')],
    ['AuthorizedKeysFile', path('authorized')],
    ['PidFile', 'none'],
    ['PasswordAuthentication', 'no'],
    ['KbdInteractiveAuthentication', 'no'],
    ['PermitRootLogin', 'prohibit-password'],
    ['UsePAM', 'no'],
    ...(Object.keys(env).length === 0 ? [] : [['SetEnv', ...Object.entries(env).map(([name, value]) => `"${name}=${value}"`)]]),
  ]
  writeFileSync(path('sshd_config'), lines.map((words) => `${words.join(' ')}\n`).join(''))
  // Where Debian's service would have made it.
  mkdirSync('/run/sshd', { recursive: true })
  const server = spawn(sshd, ['-D', '-e', '-f', path('sshd_config')], { stdio: 'ignore' })
  onTestFinished(async () => {
    server.kill('SIGTERM')
    await once(server, 'close')
  })
  await vi.waitUntil(() => accepts(port), { timeout: 30_000, interval: 100 })
  const hosts = [
    ['hop3-test-host', 'user', port],
    ['hop3-test-stranger', 'stranger', port],
    ['hop3-test-dead', 'user', deadPort],
  ] as const
  const common = `  HostName 127.0.0.1\n  User ${userInfo().username}\n  IdentitiesOnly yes\n  UserKnownHostsFile ${path('known')}\n  StrictHostKeyChecking accept-new\n  BatchMode yes\n`
  const text = hosts.map(([host, key, at]) => `Host ${host}\n  IdentityFile ${path(key)}\n  Port ${at}\n${common}`)
  writeFileSync(path('config'), text.join(''))
  mkdirSync(path('bin'))
  // The user's own ssh reads the configuration of the account, whatever HOME says: this is the same program with that file named.
  writeFileSync(path('bin/ssh'), `#!/bin/sh\nexec /usr/bin/ssh -F '${path('config')}' "$@"\n`)
  chmodSync(path('bin/ssh'), 0o755)
  return { host: 'hop3-test-host', strangeHost: 'hop3-test-stranger', deadHost: 'hop3-test-dead', bin: path('bin') }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
