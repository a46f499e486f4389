/** Go apps as their documentation shows them, made by the go command and deployed as they come. One machine, so that they share its caches. */
import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { writeAll } from '../src/apps.ts'
import { deployUnchanged } from '../src/deployed-app.ts'
import { machineOfFile } from '../src/machine-of-file.ts'
import { lacks } from '../src/programs.ts'

const timeout = 900_000
const execute = promisify(execFile)

const host = machineOfFile()

it.skipIf(lacks('go'))("gin's first example answers, in release mode", { timeout }, async () => {
  const source = await goApp('gin-app', {
    'main.go': `package main

import (
  "net/http"

  "github.com/gin-gonic/gin"
)

func main() {
  r := gin.Default()
  r.GET("/ping", func(c *gin.Context) {
    c.JSON(http.StatusOK, gin.H{
      "message": "pong",
    })
  })
  r.Run() // listen and serve on 0.0.0.0:8080
}
`,
  })
  await execute('go', ['mod', 'tidy'], { cwd: source })
  const app = await deployUnchanged(host.machine, source)
  expect(await app.get('/ping')).toEqual({ status: 200, body: '{"message":"pong"}' })
  expect((await host.machine.hop3(['logs', 'gin-app'])).stdout).not.toContain('[GIN-debug]')
})

it.skipIf(lacks('go'))(
  "net/http's first example is told apart before it fails, and answers with the line that the warning names",
  { timeout },
  async () => {
    const listening = (address: string, imports = ''): string => `package main

import (
	"fmt"
	"html"
	"log"
	"net/http"
${imports})

func main() {
	http.HandleFunc("/bar", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "Hello, %q", html.EscapeString(r.URL.Path))
	})

	log.Fatal(http.ListenAndServe(${address}, nil))
}
`
    const source = await goApp('net-http', { 'main.go': listening('":8080"') })
    const { stdout } = await host.machine.hop3(['plan', source])
    const address = 'net.JoinHostPort(os.Getenv("BIND_ADDRESS"), os.Getenv("PORT"))'
    expect(stdout).toContain('main.go:15 listens on port 8080')
    expect(stdout).toContain(address)
    await writeAll(source, { 'main.go': listening(address, '\t"net"\n\t"os"\n') })
    expect(await (await deployUnchanged(host.machine, source)).get('/bar')).toEqual({ status: 200, body: 'Hello, "/bar"' })
  },
)

it.skipIf(lacks('go'))(
  'a repository of several commands serves the one named like it, with a worker on request, vendored',
  { timeout },
  async () => {
    const command = (body: string, more = ''): string =>
      `package main\n\nimport (\n\t"net/http"\n\t"os"\n${more}\n\t"github.com/google/uuid"\n)\n\nfunc main() {\n${body}\n}\n`
    const source = await goApp('shop', {
      'cmd/shop/main.go': command(
        '\thttp.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { w.Write([]byte("shop " + uuid.Nil.String())) })\n\thttp.ListenAndServe(os.Getenv("BIND_ADDRESS")+":"+os.Getenv("PORT"), nil)',
      ),
      'cmd/mailer/main.go': command(
        '\tprintln("mails as", uuid.Nil.String(), http.MethodPost, len(os.Args))\n\tfor {\n\t\ttime.Sleep(time.Hour)\n\t}',
        '\t"time"\n',
      ),
      'hop3.toml': '[build.go]\nbins = ["mailer"]\n',
    })
    await execute('go', ['mod', 'tidy'], { cwd: source })
    await execute('go', ['mod', 'vendor'], { cwd: source })
    const app = await deployUnchanged(host.machine, source)
    expect(await app.get('/')).toMatchObject({ status: 200, body: 'shop 00000000-0000-0000-0000-000000000000' })
    expect((await host.machine.hop3(['logs', 'shop', '--worker', 'mailer'])).stdout).toContain('mails as 00000000')
  },
)

async function goApp(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  const source = join(host.sources, name)
  await mkdir(source, { recursive: true })
  await execute('go', ['mod', 'init', `example.com/${name}`], { cwd: source })
  await writeAll(source, files)
  return source
}
