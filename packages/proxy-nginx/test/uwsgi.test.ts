/** Apps that speak uwsgi, in the real uWSGI. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { access, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { askingAlong, proxyStageFor, type ProxyStage } from '@hop3/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { nginxProxy } from '../src/index.ts'
import { isSkipped, need } from './programs.ts'

const isThere = existsSync('/usr/bin/uwsgi')
const lacks = isThere || process.env['HOP3_REQUIRE'] === 'all' ? '' : ' (needs: apt-get install uwsgi-core uwsgi-plugin-python3)'
const stage = proxyStageFor(nginxProxy)

const app = `
import json, os
def application(environ, start_response):
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    start_response("200 OK", [("Content-Type", "application/json")])
    seen = {key: value for key, value in environ.items() if isinstance(value, str)}
    return [json.dumps({"name": os.environ["NAME"], "bytes": len(body), "environ": seen}).encode()]
`

describe.skipIf(isSkipped || lacks !== '')(`uwsgi${need}${lacks}`, { timeout: 60_000 }, () => {
  test('an app gets its variables, on a socket and on a port', async () => {
    const { proxy, route, ask, host, context } = await stage()
    const socket = join(host.runDirectory, 'uwsgi.sock')
    await startUwsgi(host, 'one', socket)
    await proxy().apply(await route({ protocol: 'uwsgi', upstreams: [{ address: socket, port: null }] }))
    const name = `shop.example:${context.listen.port}`
    const target = { path: '/wh%20ere?a=b%20c', host: name, method: 'POST', body: 'é'.repeat(50_000), headers: { proxy: 'http://evil' } }
    const { environ, bytes } = JSON.parse((await ask(target)).body)
    expect(bytes).toBe(100_000)
    expect(environ).not.toHaveProperty('HTTP_PROXY')
    expect(environ).toMatchObject({
      REQUEST_METHOD: 'POST',
      PATH_INFO: '/wh ere',
      QUERY_STRING: 'a=b%20c',
      HTTP_HOST: name,
      REMOTE_ADDR: '127.0.0.1',
      'wsgi.url_scheme': 'http',
    })
    const port = await host.reservePort('uwsgi')
    await startUwsgi(host, 'two', `127.0.0.1:${port}`)
    await proxy().apply(await route({ protocol: 'uwsgi', upstreams: [{ address: '127.0.0.1', port }] }))
    expect(JSON.parse((await ask()).body)).toMatchObject({ name: 'two' })
  })

  test('loses no request while it moves between instances', async () => {
    const { proxy, route, ask, host } = await stage()
    const names = ['one', 'two', 'three']
    const upstreams = names.map((name) => ({ address: join(host.runDirectory, `${name}.sock`), port: null }))
    for (const [index, name] of names.entries()) await startUwsgi(host, name, upstreams[index]?.address ?? '')
    const move = async (turn: number): Promise<string> => {
      const some = turn % 2 === 0 ? upstreams : upstreams.slice(0, 1)
      return proxy().apply(await route({ protocol: 'uwsgi', release: `r0000${turn + 10}-1f3a9c2e`, upstreams: some }))
    }
    await move(0)
    const { failures } = await askingAlong(ask, async () => {
      for (let turn = 1; turn <= 5; turn++) await move(turn)
    })
    expect(failures).toEqual([])
  })
})

async function startUwsgi(host: ProxyStage['host'], name: string, socket: string): Promise<void> {
  const module = join(host.directory, 'app.py')
  await writeFile(module, app)
  const ready = join(host.directory, `${name}.ready`)
  const words = ['--plugin', 'python3', '--master', '--processes', '2', '--die-on-term', '--socket', socket, '--wsgi-file', module]
  const child = spawn('/usr/bin/uwsgi', [...words, '--hook-accepting1', `write:${ready} 1`], {
    stdio: 'ignore',
    env: { PATH: '/usr/bin:/bin', NAME: name },
    cwd: host.directory,
  })
  onTestFinished(async () => {
    child.kill('SIGTERM')
    await new Promise((resolve) => (child.exitCode === null && child.signalCode === null ? child.once('exit', resolve) : resolve(0)))
  })
  await expect
    .poll(
      () =>
        access(ready).then(
          () => true,
          () => false,
        ),
      { timeout: 10_000 },
    )
    .toBe(true)
}
