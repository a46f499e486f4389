/** Answers one-line requests on the control socket. */
import { rm } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { parseControlRequest, type ControlAnswer, type ControlRequest } from '../control-protocol.ts'

const maxLine = 65_536

export type ControlHandler = (request: ControlRequest) => Promise<ControlAnswer>

/** Takes the socket's path over from a server that is gone. The caller knows that no other server of this home lives. */
export async function listenForControl(path: string, handle: ControlHandler): Promise<Server> {
  await rm(path, { force: true })
  const server = createServer((socket) => converse(socket, handle))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, resolve)
  })
  return server
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
