import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'

const page = await readFile('page.html', 'utf8')

createServer((request, response) => {
  if (request.url === '/') return response.setHeader('content-type', 'text/html').end(page)
  // The virtual environment's Python, with its packages.
  execFile('python', ['-c', 'import markdown; print("Markdown", markdown.__version__)'], (error, stdout) => {
    response.writeHead(error ? 500 : 200).end(error ? String(error) : stdout)
  })
}).listen(Number(process.env.PORT), process.env.BIND_ADDRESS)
