import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'

const { PORT = '3000', BIND_ADDRESS = '127.0.0.1', HOP3_DATA = '.' } = process.env

const server = createServer((_request, response) => {
  response.setHeader('content-type', 'text/plain; charset=utf-8')
  response.end(`web is here; migrated by ${read('migrated')}, last job ${read('job')}\n`)
})
server.listen(Number(PORT), BIND_ADDRESS)

process.on('SIGTERM', () => {
  server.close(() => process.exit(0))
  server.closeIdleConnections()
})

function read(name) {
  try {
    return readFileSync(join(HOP3_DATA, name), 'utf8').trim()
  } catch {
    return 'none'
  }
}
