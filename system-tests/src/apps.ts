/** The sources of three small apps that say which version they are, for tests that replace one by the next. */
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

export interface VersionedApp {
  readonly name: string
  /** Whether it has processes: a site has files only. */
  readonly hasProcesses: boolean
  write(directory: string, version: string): Promise<void>
}

const wsgiApp = (version: string): string => `
import os, time
VERSION = ${JSON.stringify(version)}
def app(environ, start_response):
    path = environ["PATH_INFO"]
    if path == "/slow":
        time.sleep(1)
    if path == "/upload":
        size = 0
        while True:
            chunk = environ["wsgi.input"].read(65536)
            if not chunk:
                break
            size += len(chunk)
        body = str(size)
    else:
        body = VERSION
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body.encode()]
`

const nodeApp = (version: string): string => `
import { createServer } from 'node:http'
const version = ${JSON.stringify(version)}
const server = createServer((request, response) => {
  if (request.url === '/slow') return void setTimeout(() => response.end(version), 1000)
  if (request.url !== '/upload') return void response.end(version)
  let size = 0
  request.on('data', (chunk) => { size += chunk.length })
  request.on('end', () => response.end(String(size)))
})
server.listen(Number(process.env.PORT), process.env.BIND_ADDRESS)
process.on('SIGTERM', () => { server.close(() => process.exit(0)); server.closeIdleConnections() })
`

export const versionedApps: readonly VersionedApp[] = [
  {
    name: 'native',
    hasProcesses: true,
    write: (directory, version) => writeAll(directory, { 'requirements.txt': '', 'app.py': wsgiApp(version), Procfile: 'wsgi: app:app\n' }),
  },
  {
    name: 'attached',
    hasProcesses: true,
    write: (directory, version) =>
      writeAll(directory, {
        'package.json': JSON.stringify({ name: 'attached', version: '1.0.0', type: 'module', private: true }),
        'server.js': nodeApp(version),
        Procfile: 'web: node server.js\n',
      }),
  },
  { name: 'site', hasProcesses: false, write: (directory, version) => writeAll(directory, { 'index.html': version }) },
]

export async function writeAll(directory: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true })
    await writeFile(join(directory, path), text)
  }
}
