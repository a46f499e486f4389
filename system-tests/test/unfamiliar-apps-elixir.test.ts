/** Elixir apps made by `mix new`. Phoenix' own generator comes from Hex, which the test machines do not reach. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { writeAll } from '../src/apps.ts'
import { deployUnchanged } from '../src/deployed-app.ts'
import { machineOfFile } from '../src/machine-of-file.ts'
import { lacks } from '../src/programs.ts'

const timeout = 300_000
const execute = promisify(execFile)

const host = machineOfFile()

/** A whole server in one module: what Bandit would be, where Hex is out of reach. */
const listener = (module: string, greeting: string): string => `defmodule ${module}.Listener do
  use Task, restart: :permanent

  def start_link(_), do: Task.start_link(fn -> listen(String.to_integer(System.fetch_env!("PORT"))) end)

  defp listen(port) do
    {:ok, socket} = :gen_tcp.listen(port, [:binary, active: false, reuseaddr: true, ip: {127, 0, 0, 1}])
    accept(socket)
  end

  defp accept(socket) do
    {:ok, client} = :gen_tcp.accept(socket)
    :gen_tcp.recv(client, 0, 5_000)
    :gen_tcp.send(client, "HTTP/1.1 200 OK\\r\\ncontent-length: ${greeting.length}\\r\\nconnection: close\\r\\n\\r\\n${greeting}")
    :gen_tcp.close(client)
    accept(socket)
  end
end
`

describe.skipIf(lacks('mix', 'elixir'))('`mix new`', () => {
  it('--sup, with a server among its children, answers from a release', { timeout }, async () => {
    const source = await mixApp('hello', '--sup')
    await writeAll(source, { 'lib/hello/listener.ex': listener('Hello', 'Hello from mix') })
    await replaceChildren(source, 'lib/hello/application.ex', 'Hello.Listener')
    const app = await deployUnchanged(host.machine, source)
    expect(await app.get('/')).toEqual({ status: 200, body: 'Hello from mix' })
  })

  it('--sup as it comes listens nowhere: that is said, and as a worker it runs', { timeout }, async () => {
    const source = await mixApp('quiet', '--sup')
    await writeAll(source, { 'hop3.toml': '[healthcheck]\ntimeout = 5\n' })
    const refused = await host.machine.hop3(['deploy', source, '--json'])
    expect({ exitCode: refused.exitCode, result: refused.result }).toMatchObject({
      exitCode: 51,
      result: { message: expect.stringContaining('accepted no connection') },
    })
    await writeAll(source, { Procfile: 'worker: _build/prod/rel/quiet/bin/quiet start\n' })
    const { exitCode } = await host.machine.hop3(['deploy', source, '--json'])
    expect(exitCode).toBe(0)
  })

  it('--umbrella is released as mix.exs says', { timeout }, async () => {
    const source = await mixApp('shop', '--umbrella')
    await execute('mix', ['new', 'front', '--sup', '--module', 'Front'], { cwd: join(source, 'apps') })
    await writeAll(source, { 'apps/front/lib/front/listener.ex': listener('Front', 'Hello from an umbrella') })
    await replaceChildren(source, 'apps/front/lib/front/application.ex', 'Front.Listener')
    await execute('sed', ['-i', 's/deps: deps()/deps: deps(), releases: [shop: [applications: [front: :permanent]]]/', 'mix.exs'], {
      cwd: source,
    })
    const app = await deployUnchanged(host.machine, source)
    expect(await app.get('/')).toEqual({ status: 200, body: 'Hello from an umbrella' })
  })
})

async function mixApp(name: string, ...words: readonly string[]): Promise<string> {
  await execute('mix', ['new', name, ...words], { cwd: host.machine.directory })
  return join(host.machine.directory, name)
}

async function replaceChildren(source: string, file: string, child: string): Promise<void> {
  await execute('sed', ['-i', `s/children = \\[/children = [${child},/`, file], { cwd: source })
}
