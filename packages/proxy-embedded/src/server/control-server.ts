/** Answers one-line requests on the control socket. */
import { lstat, rm } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { parseControlRequest, type ControlAnswer, type ControlRequest } from '../control-protocol.ts'

const maxLine = 65_536

export type ControlHandler = (request: ControlRequest) => Promise<ControlAnswer>

export interface ControlServer {
  /** Takes no more conversations; those begun go on. The path is then another server's to take. */
  close(): void
  /** Removes the socket, unless another server has put its own in its place. */
  remove(): Promise<void>
}

/** Takes the socket's path over from a server that is gone. The caller knows that no other server of this home lives. */
export async function listenForControl(path: string, handle: ControlHandler): Promise<ControlServer> {
  await rm(path, { force: true })
  const server = createServer((socket) => converse(socket, handle))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, resolve)
  })
  const own = await identityOf(path)
  return {
    close: () => void server.close(),
    async remove() {
      if (own !== undefined && (await identityOf(path)) === own) await rm(path, { force: true })
    },
  }
}

/** The time too: a file system gives the number of a removed file to the next. */
async function identityOf(path: string): Promise<string | undefined> {
  const found = await lstat(path, { bigint: true }).catch(() => undefined)
  return found && `${found.dev}-${found.ino}-${found.mtimeNs}`
}

function converse(socket: Socket, handle: ControlHandler): void {
  let text = ''
  socket.setEncoding('utf8')
  socket.on('error', () => socket.destroy())
  socket.on('data', (data: string) => {
    text += data
    const end = text.indexOf('\n')
    if (text.length > maxLine) socket.destroy()
    if (end === -1 || socket.destroyed) return
    const request = parseControlRequest(text.slice(0, end))
    socket.removeAllListeners('data')
    void (request === undefined ? malformed() : handle(request).catch(failed)).then((answer) => socket.end(`${JSON.stringify(answer)}\n`))
  })
}

async function malformed(): Promise<ControlAnswer> {
  return { ok: false, problem: 'failed', message: 'the control request is malformed' }
}

function failed(error: unknown): ControlAnswer {
  return { ok: false, problem: 'failed', message: error instanceof Error ? error.message : String(error) }
}
