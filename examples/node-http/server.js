import { createServer } from 'node:http'

const { PORT = '3000', BIND_ADDRESS = '127.0.0.1', HOP3_RELEASE = 'none' } = process.env

const server = createServer((request, response) => {
  response.setHeader('content-type', 'text/plain; charset=utf-8')
  response.end(`Hello from Node ${process.version}, release ${HOP3_RELEASE}: ${request.method} ${request.url}\n`)
})

server.listen(Number(PORT), BIND_ADDRESS, () => console.log(`listening on ${BIND_ADDRESS}:${PORT}`))

// Requests under way are finished before the process ends, so that a deploy loses none.
process.on('SIGTERM', () => {
  server.close(() => process.exit(0))
  server.closeIdleConnections()
})
