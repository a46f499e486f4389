import { hop3Error } from '@hop3/core'
import { connect } from 'node:net'
import { parseControlAnswer, type ControlAnswer, type ControlRequest } from './control-protocol.ts'

const patience = { hello: 2_000, others: 15_000 }

/** Asks the server one thing. Throws `deploy.proxy.control` when nobody answers on the socket. */
export function askServer(socketPath: string, request: ControlRequest): Promise<ControlAnswer> {
  return new Promise((resolve, reject) => {
    let text = ''
    const socket = connect(socketPath)
    const fail = (saw: string): void => {
      socket.destroy()
      const message = `Cannot talk to the proxy at ${socketPath}: ${saw}.`
      reject(
        hop3Error('deploy.proxy.control', message, {
          hint: 'Run the command again: it starts the proxy when it does not run.',
          class: 'retry',
        }),
      )
    }
    socket.setEncoding('utf8')
    socket.setTimeout(request.do === 'hello' ? patience.hello : patience.others, () => fail('no answer'))
    socket.on('error', (error) => fail(error.message))
    socket.on('connect', () => socket.write(`${JSON.stringify(request)}\n`))
    socket.on('data', (data: string) => {
      text += data
    })
    socket.on('close', () => {
      const answer = parseControlAnswer(text)
      if (answer === undefined) fail('the connection ended')
      else resolve(answer)
    })
  })
}
