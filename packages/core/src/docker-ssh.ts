/**
 * Connections to an engine on another host through the user's own `ssh`: their configuration, keys and known hosts hold. Each connection is
 * one `docker system dial-stdio` there, as the `docker` program does it. `node:child_process` here, because a connection is a pair of streams.
 */
import { spawn } from 'node:child_process'
import { Agent } from 'node:http'
import { Duplex } from 'node:stream'

export interface SshAgent {
  readonly agent: Agent
  readonly close: () => void
}

/** `address` is `ssh://[user@]host[:port][/path/of/socket]`. Connects when it is first used. */
export function openSshAgent(address: URL, env: Readonly<Record<string, string>>): SshAgent {
  const args = sshArguments(address)
  const open = new Set<Duplex>()
  // `createConnection` is how Node lets an agent bring its own streams; keeping them alive spares a login per request.
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 2 })
  agent.createConnection = () => {
    const connection = asSocket(dial(args, env))
    open.add(connection)
    connection.once('close', () => open.delete(connection))
    return connection
  }
  return {
    agent,
    close() {
      agent.destroy()
      for (const connection of open) connection.destroy()
    },
  }
}

/** Exported for tests. `--` and an argument each: a host name is never an option of ssh's. */
export function sshArguments({ username, hostname, port, pathname }: URL): readonly string[] {
  const user = username === '' ? [] : ['-l', decodeURIComponent(username)]
  const where = port === '' ? [] : ['-p', port]
  const socket = pathname === '' || pathname === '/' ? [] : ['--host', remoteWord(`unix://${decodeURIComponent(pathname)}`)]
  const host = hostname.replace(/^\[(.*)\]$/, '$1')
  return ['-o', 'ConnectTimeout=30', '-T', ...user, ...where, '--', host, 'docker', ...socket, 'system', 'dial-stdio']
}

/** ssh joins its words with blanks and gives them to the shell of the other host. */
function remoteWord(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`
}

function dial(args: readonly string[], env: Readonly<Record<string, string>>): Duplex {
  const child = spawn('ssh', [...args], { env: { ...env }, stdio: ['pipe', 'pipe', 'pipe'] })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2_000)
  })
  const connection = new Duplex({
    read: () => child.stdout.resume(),
    write: (chunk: Buffer, _encoding, done) => {
      if (child.stdin.write(chunk)) done()
      else child.stdin.once('drain', () => done())
    },
    final: (done) => {
      child.stdin.end(() => done())
    },
    destroy: (error, done) => {
      child.kill()
      done(error)
    },
  })
  child.stdin.on('error', () => {}) // what is wrong shows when the process ends
  child.stdout.on('data', (chunk: Buffer) => {
    if (!connection.push(chunk)) child.stdout.pause()
  })
  child.once('error', (cause) => connection.destroy(sshError(`ssh could not be started: ${cause.message}`)))
  child.once('close', (code) => {
    if (code === 0 || connection.destroyed) connection.push(null)
    else connection.destroy(sshError(said.trim() === '' ? `ssh exited with ${code ?? 'a signal'}` : said.trim()))
  })
  return connection
}

/** What an agent calls of a socket that is kept alive, besides what every stream has. */
function asSocket(connection: Duplex): Duplex {
  const itself = (): Duplex => connection
  return Object.assign(connection, { setKeepAlive: itself, setNoDelay: itself, setTimeout: itself, ref: itself, unref: itself })
}

function sshError(text: string): Error {
  return Object.assign(new Error(text), { code: 'ESSH' })
}
